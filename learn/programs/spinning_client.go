// A client as it stands in many notes. It has two faults: what happens at the end of input, and what
// happens to a character that comes in two pieces?
package main

import (
	"fmt"
	"net"
	"os"
)

func show(conn net.Conn) {
	buffer := make([]byte, 4)
	for {
		n, err := conn.Read(buffer)
		if err != nil {
			return
		}
		fmt.Println(string(buffer[:n]))
	}
}

func main() {
	conn, err := net.Dial("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		fmt.Println("net.Dial", err)
		return
	}
	go show(conn)
	buffer := make([]byte, 4)
	for {
		n, err := os.Stdin.Read(buffer)
		if err != nil {
			fmt.Println("os.Stdin.Read", err)
			continue
		}
		conn.Write(buffer[:n])
	}
}
