// A server that answers in upper case, with a goroutine for each connection.
package main

import (
	"fmt"
	"net"
	"os"
	"strings"
)

func serve(conn net.Conn) {
	defer conn.Close()
	buffer := make([]byte, 1024)
	for {
		n, err := conn.Read(buffer)
		if err != nil { // io.EOF: the client has closed
			return
		}
		conn.Write([]byte(strings.ToUpper(string(buffer[:n]))))
	}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Fprintln(os.Stderr, "listen", listener.Addr())
	for {
		conn, err := listener.Accept()
		if err == nil {
			go serve(conn)
		}
	}
}
