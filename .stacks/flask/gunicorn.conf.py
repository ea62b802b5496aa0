import os

bind = "127.0.0.1:" + os.environ["PORT"]
workers = 2 if os.environ.get("BUG") == "stale" else 4  # with two, most calls show what is stale
control_socket_disable = True


def on_starting(server):
    import app
    app.create_schema()
