package main

import (
	"context"
	"crypto/rand"
	mathrand "math/rand"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"

	"example/clients/dotkv"
)

const (
	timeout    = 20 * time.Second
	tryTimeout = 2 * time.Second
)

// What another try, through another node, may cure. Anything else is final.
var retried = map[codes.Code]bool{
	codes.Unavailable: true, codes.DeadlineExceeded: true, codes.Aborted: true, codes.ResourceExhausted: true,
}

// Client calls any of several nodes. Goroutines may share it.
type Client struct {
	nodes   []dotkv.ReplicationServiceClient
	current atomic.Int64
	Retries atomic.Int64
}

func NewClient(endpoints []string) (*Client, error) {
	client := &Client{}
	for _, endpoint := range endpoints {
		connection, err := grpc.NewClient(endpoint,
			grpc.WithTransportCredentials(insecure.NewCredentials()),
			// Notices within 15 s that a machine is gone. A node takes a ping every 5 s at the most.
			grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 10 * time.Second, Timeout: 5 * time.Second}),
			// A node that was down is tried again within a second.
			grpc.WithConnectParams(grpc.ConnectParams{
				Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, MaxDelay: time.Second},
				MinConnectTimeout: 2 * time.Second,
			}))
		if err != nil {
			return nil, err
		}
		client.nodes = append(client.nodes, dotkv.NewReplicationServiceClient(connection))
	}
	return client, nil
}

// RequestID names one write: the same for all tries of it, which makes them one write.
func RequestID() string { return rand.Text() }

// Call makes one call, and tries it again through the next node until the time is over.
func Call[Q, R any](client *Client, method func(dotkv.ReplicationServiceClient, context.Context, Q) (R, error), request Q) (R, error) {
	end := time.Now().Add(timeout)
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		node := client.current.Load()
		deadline := time.Now().Add(tryTimeout)
		if deadline.After(end) {
			deadline = end
		}
		ctx, cancel := context.WithDeadline(context.Background(), deadline)
		response, err := method(client.nodes[node], ctx, request)
		cancel()
		if err == nil || !retried[status.Code(err)] || time.Now().Add(pause).After(end) {
			return response, err
		}
		client.current.CompareAndSwap(node, (node+1)%int64(len(client.nodes)))
		client.Retries.Add(1)
		time.Sleep(time.Duration(mathrand.Int63n(int64(pause))))
	}
}

func (client *Client) Put(request *dotkv.PutRequest) (*dotkv.PutResponse, error) {
	request.RequestId = RequestID()
	return Call(client, func(node dotkv.ReplicationServiceClient, ctx context.Context, request *dotkv.PutRequest) (*dotkv.PutResponse, error) {
		return node.Put(ctx, request)
	}, request)
}

func (client *Client) Update(request *dotkv.UpdateRequest) (*dotkv.UpdateResponse, error) {
	request.RequestId = RequestID()
	return Call(client, func(node dotkv.ReplicationServiceClient, ctx context.Context, request *dotkv.UpdateRequest) (*dotkv.UpdateResponse, error) {
		return node.Update(ctx, request)
	}, request)
}

func (client *Client) Get(request *dotkv.GetRequest) (*dotkv.GetResponse, error) {
	return Call(client, func(node dotkv.ReplicationServiceClient, ctx context.Context, request *dotkv.GetRequest) (*dotkv.GetResponse, error) {
		return node.Get(ctx, request)
	}, request)
}

func (client *Client) Read(request *dotkv.ReadRequest) (*dotkv.ReadResponse, error) {
	return Call(client, func(node dotkv.ReplicationServiceClient, ctx context.Context, request *dotkv.ReadRequest) (*dotkv.ReadResponse, error) {
		return node.Read(ctx, request)
	}, request)
}
