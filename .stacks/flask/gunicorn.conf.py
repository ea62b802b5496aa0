import os

bind = "127.0.0.1:" + os.environ["PORT"]
workers = 4
control_socket_disable = True


def on_starting(server):
    import app
    app.create_schema()
