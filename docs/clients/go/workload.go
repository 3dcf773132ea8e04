// Puts keys and adds to a counter for some seconds, then reads all of it back: workload ENDPOINT,... SECONDS
package main

import (
	"fmt"
	"log"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"example/clients/dotkv"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	client, err := NewClient(strings.Split(os.Args[1], ","))
	check(err)
	seconds, err := strconv.Atoi(os.Args[2])
	check(err)
	prefix := fmt.Sprintf("go-%d", time.Now().UnixNano())
	end := time.Now().Add(time.Duration(seconds) * time.Second)
	written := 0
	for ; time.Now().Before(end); written++ {
		_, err := client.Put(&dotkv.PutRequest{
			KeyForm:   &dotkv.PutRequest_Key{Key: fmt.Sprintf("%s-%d", prefix, written)},
			ValueForm: &dotkv.PutRequest_Value{Value: strconv.Itoa(written)},
		})
		check(err)
		_, err = client.Update(&dotkv.UpdateRequest{
			KeyForm: &dotkv.UpdateRequest_Key{Key: prefix}, Counter: &dotkv.CounterChange{Add: proto.Int64(1)},
		})
		check(err)
	}
	for number := range written {
		key := fmt.Sprintf("%s-%d", prefix, number)
		got, err := client.Get(&dotkv.GetRequest{KeyForm: &dotkv.GetRequest_Key{Key: key}})
		check(err)
		if !slices.ContainsFunc(got.Values, func(value *dotkv.Value) bool { return value.GetValue() == strconv.Itoa(number) }) {
			log.Fatalf("%s is lost", key)
		}
	}
	// Two tries that met different nodes may count twice for some seconds.
	counted := int64(-1)
	for patience := time.Now().Add(30 * time.Second); counted != int64(written) && time.Now().Before(patience); time.Sleep(time.Second) {
		read, err := client.Read(&dotkv.ReadRequest{KeyForm: &dotkv.ReadRequest_Key{Key: prefix}})
		check(err)
		counted = read.GetContent().GetCounter().GetValue()
	}
	fmt.Printf("go: %d written, %d counted, %d retries\n", written, counted, client.Retries.Load())
	if counted != int64(written) {
		log.Fatal("an addition was lost, or a retry counted twice")
	}
}
