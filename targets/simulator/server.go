package simulator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const (
	// readTimeout is how long a request may take to arrive, so that a body that never comes is
	// refused.
	readTimeout = 10 * time.Second
	// maxHeader is large enough to read a URI that is longer than maxURI and refuse it.
	maxHeader = 2 << 20
	// maxConnections is how many connections of each address are open at once. Others wait.
	maxConnections = 500
)

// Server is a simulator on the network.
type Server struct {
	Endpoint   string // URL of the operations
	ControlURL string // URL of the control protocol
	servers    []*http.Server
}

// Start serves the simulator on two addresses, host:port. Port 0 is any free port.
func (s *Simulator) Start(ctx context.Context, listen, controlListen string) (*Server, error) {
	srv, scheme := &Server{}, "http"
	if s.options.TLS != nil {
		scheme = "https"
	}
	for _, part := range []struct {
		address string
		handler http.Handler
		url     *string
	}{
		{listen, s.API(), &srv.Endpoint},
		{controlListen, guard{s.Control(), hostOf(controlListen), s.options.ControlToken != ""}, &srv.ControlURL},
	} {
		var config net.ListenConfig
		l, err := config.Listen(ctx, "tcp", part.address)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("listening on %s: %w", part.address, err), srv.Close())
		}
		*part.url = scheme + "://" + l.Addr().String() + "/"
		hs := &http.Server{
			Handler: part.handler, ReadHeaderTimeout: readTimeout, ReadTimeout: readTimeout, MaxHeaderBytes: maxHeader,
			ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), DisableGeneralOptionsHandler: true,
		}
		srv.servers = append(srv.servers, hs)
		go func() { _ = hs.Serve(newEarlyRefusals(l, s.options.TLS, maxConnections)) }() // ends with Close
	}
	return srv, nil
}

// Close stops serving at once and closes all connections.
func (s *Server) Close() error {
	var errs []error
	for _, hs := range s.servers {
		errs = append(errs, hs.Close())
	}
	return errors.Join(errs...)
}
