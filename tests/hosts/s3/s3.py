"""Replays s3.json through the model that the AWS CLI checks its input by.

    python s3.py DIST EXPECTED

Each input of `put-object` is validated and serialized, which is all that happens before it is sent; then redirects and
headers are looked for where the endpoint of a website finds them.
"""

import json
import sys
from pathlib import Path
from urllib.parse import unquote

import botocore.session
from botocore.serialize import create_serializer
from botocore.validate import ParamValidator

# The headers that an object has, and what the request that puts it calls them.
HEADERS = ["cache-control", "content-disposition", "content-encoding", "content-language", "content-type", "expires"]


class Replay:
    def __init__(self, dist: Path):
        self.dist = dist
        self.faults: list[str] = []
        listed = dist / "s3.json"
        self.objects = json.loads(listed.read_text("utf-8"))["objects"] if listed.exists() else []
        self.requests = {entry["input"]["Key"]: self.request(entry) for entry in self.objects}

    def request(self, entry: dict) -> dict:
        """The headers of the request that puts an object."""
        model = botocore.session.get_session().get_service_model("s3")
        operation = model.operation_model("PutObject")
        given = {"Bucket": "bucket", **entry["input"]}
        report = ParamValidator().validate(given, operation.input_shape)
        if report.has_errors():
            self.faults.append(f"{given['Key']}: {report.generate_report()}")
            return {}
        if entry["file"] is not None and not (self.dist / entry["file"]).is_file():
            self.faults.append(f"{given['Key']}: there is no file {entry['file']}")
        serialized = create_serializer(model.metadata["protocol"]).serialize_to_request(given, operation)
        return {name.lower(): value for name, value in serialized["headers"].items()}

    def find(self, path: str) -> dict:
        """What the endpoint of a website answers a path with: the object of that key, or the index below it."""
        key = unquote(path.lstrip("/"))
        keys = [key + "index.html"] if key == "" or key.endswith("/") else [key, key + "/index.html"]
        return next((self.requests[key] for key in keys if key in self.requests), {})

    def redirects(self, redirects: list[dict]) -> int:
        count = 0
        for redirect in redirects:
            path, is_permanent = redirect["from"], redirect["status"] in (301, 308)
            location = self.find(path).get("x-amz-website-redirect-location")
            if location != (redirect["to"] if is_permanent else None):
                self.faults.append(f"{path}: leads to {location}, and not to {redirect['to']}")
            count += is_permanent
        return count

    def headers(self, pages: list[dict]) -> int:
        count = 0
        for page in pages:
            # An error page is found by its name, in the settings of the bucket.
            is_error_page = page["file"] in ("404.html", "500.html")
            sent = self.find(page["path"] + ".html" if is_error_page else page["path"])
            if "x-amz-website-redirect-location" in sent:
                self.faults.append(f"{page['path']}: a page that nobody sees, for its object redirects")
            for name in HEADERS:
                value = page["headers"].get(name)
                count += value is not None
                # Without a type of its own, an object has that of its extension.
                is_free = name in page.get("lost", []) or (name == "content-type" and value is None)
                if sent.get(name) != value and not is_free:
                    self.faults.append(f"{page['path']}: {name} is {sent.get(name)}, and not {value}")
        return count


def main() -> int:
    dist, expected = map(Path, sys.argv[1:3])
    expected = json.loads(expected.read_text("utf-8"))
    replay = Replay(dist)
    redirects = replay.redirects(expected["redirects"])
    headers = replay.headers(expected["headers"])
    print(f"s3: {len(replay.objects)} objects, {redirects} redirects, {headers} headers")
    for fault in replay.faults:
        print(f"  {fault}", file=sys.stderr)
    return 1 if replay.faults else 0


sys.exit(main())
