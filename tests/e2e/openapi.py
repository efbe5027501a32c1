"""Checks answers against the server's own OpenAPI document."""

import json
import re

import jsonschema


class Contract:
    def __init__(self, document):
        self.document = document
        self.seen = set()
        self._templates = []
        for template in document["paths"]:
            pattern = re.sub(r"\{\w+\}", "[^/]+", template)
            self._templates.append((re.compile(pattern), template))

    def operations(self):
        """(method, path template) of each documented call."""
        return {
            (method.upper(), template)
            for template, operations in self.document["paths"].items()
            for method in operations
            if method != "parameters"
        }

    def template_of(self, path):
        exact = [t for _, t in self._templates if t == path]
        found = exact or [t for p, t in self._templates if p.fullmatch(path)]
        assert found, f"{path} is not documented"
        return found[0]

    def check(self, method, path, answer):
        """Fails unless the document foresees the answer; remembers that it was seen."""
        template = self.template_of(path.split("?")[0])
        responses = self.document["paths"][template][method.lower()]["responses"]
        status = str(answer.status)
        assert status in responses, f"{method} {template} may not answer {status}: {answer.text}"
        response = self._resolve(responses[status])
        self.seen.add((method, template, status))
        self._check_headers(response, answer)
        content = response.get("content", {})
        if not content:
            assert answer.body == b""
            return
        media_type = answer.header("content-type")
        assert media_type in content, f"{media_type} is not among {list(content)}"
        if media_type == "application/x-ndjson":
            for line in answer.text.splitlines():
                self.check_schema(content[media_type]["schema"], json.loads(line))
        elif media_type.endswith("json"):
            self.check_schema(content[media_type]["schema"], answer.json())

    def check_schema(self, schema, value):
        whole = {**schema, "components": self.document["components"]}
        validator = jsonschema.Draft202012Validator(
            whole, format_checker=jsonschema.FormatChecker()
        )
        validator.validate(value)

    def _check_headers(self, response, answer):
        for name, header in response.get("headers", {}).items():
            header = self._resolve(header)
            value = answer.header(name)
            if header.get("required"):
                assert value is not None, f"the header {name} is missing"
            if value is not None:
                self.check_schema(header["schema"], value)

    def _resolve(self, value):
        while "$ref" in value:
            target = self.document
            for part in value["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            value = target
        return value
