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
	readTimeout = 10 * time.Second // of a whole request, so that a body that never comes is refused
	maxHeader   = 8 << 20          // a longer URI than maxURI is to be refused with an error document, so it has to be read
)

// Server is a simulator on the network.
type Server struct {
	Endpoint   string // URL of the operations
	ControlURL string // URL of the control protocol
	servers    []*http.Server
}

// Start serves the simulator on two addresses, whose ports may be 0.
func (s *Simulator) Start(ctx context.Context, listen, controlListen string) (*Server, error) {
	srv := &Server{}
	for _, part := range []struct {
		address string
		handler http.Handler
		url     *string
	}{{listen, s.API(), &srv.Endpoint}, {controlListen, s.Control(), &srv.ControlURL}} {
		var config net.ListenConfig
		l, err := config.Listen(ctx, "tcp", part.address)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("listening on %s: %w", part.address, err), srv.Close())
		}
		*part.url = "http://" + l.Addr().String() + "/"
		hs := &http.Server{
			Handler: part.handler, ReadHeaderTimeout: readTimeout, ReadTimeout: readTimeout, MaxHeaderBytes: maxHeader,
			ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), DisableGeneralOptionsHandler: true,
		}
		if s.behaviour.options.http2 {
			hs.Protocols = new(http.Protocols)
			hs.Protocols.SetHTTP1(true)
			hs.Protocols.SetUnencryptedHTTP2(true)
		}
		srv.servers = append(srv.servers, hs)
		go func() { _ = hs.Serve(earlyRefusals{l}) }() // ends with Close
	}
	return srv, nil
}

// Close stops serving at once.
func (s *Server) Close() error {
	var errs []error
	for _, hs := range s.servers {
		errs = append(errs, hs.Close())
	}
	return errors.Join(errs...)
}
