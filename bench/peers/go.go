// The server of a teaching note in Go: a goroutine for each connection, a buffer of 4096 bytes.
//
// A character that two reads share is lost in it: strings.ToUpper makes U+FFFD of both halves.
package main

import (
	"net"
	"os"
	"strings"
)

func main() {
	network, address := "tcp", "127.0.0.1:"+os.Args[1]
	if strings.HasPrefix(os.Args[1], "/") {
		network, address = "unix", os.Args[1]
	}
	listener, err := net.Listen(network, address)
	if err != nil {
		panic(err)
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		go answer(conn)
	}
}

func answer(conn net.Conn) {
	defer conn.Close()
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		if _, err := conn.Write([]byte(strings.ToUpper(string(buf[:n])))); err != nil {
			return
		}
	}
}
