"""An S3-compatible server for one test session: real HTTP, kept in memory."""

import itertools
import logging
import threading

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "eu-central-1"}


class ObjectStore:
    """Context manager; `home()` names a home that nobody else uses."""

    def __init__(self):
        self._numbers = itertools.count()
        self.requests = 0

    def __enter__(self):
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
        from werkzeug.serving import make_server

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._answer = DomainDispatcherApplication(create_backend_app)
        self._one_at_a_time = threading.Lock()
        self._server = make_server("127.0.0.1", 0, self._serve, threaded=True)
        threading.Thread(target=self._server.serve_forever, name="object store", daemon=True).start()
        self.environment = {**CREDENTIALS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self._server.server_port}"}
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def home(self):
        """URL of a prefix in a bucket of its own."""
        import boto3

        bucket = f"nkd-{next(self._numbers)}"
        boto3.client(
            "s3", endpoint_url=self.environment["AWS_ENDPOINT_URL"], region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
        ).create_bucket(Bucket=bucket)
        return f"s3://{bucket}/home"

    def _serve(self, environ, start_response):
        # looking whether an object is there and creating it are one step in S3; in this server only while nobody else is served
        with self._one_at_a_time:
            self.requests += 1
            return self._answer(environ, start_response)
