"""The OpenAPI 3.1 description, made from the same table that is served."""

import re
from typing import Any

import msgspec

from .problem import PROBLEMS, Problem, by_status
from .route import Route

REF = "#/components/schemas/{name}"


def describe(routes: tuple[Route, ...], version: str) -> dict[str, Any]:
    """Return the description of the routes."""
    kinds = [r.body for r in routes if r.body] + [r.answer for r in routes if r.answer]
    unique = list(dict.fromkeys([*kinds, Problem]))
    schemas, components = msgspec.json.schema_components(unique, ref_template=REF)
    known = dict(zip(unique, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, known)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Nhịp Cầu", "version": version},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route, known: dict[type, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "operationId": route.handler.__name__,
        "parameters": _parameters(route),
        "responses": _responses(route, known),
        "security": [] if route.action is None else [{"bearer": []}],
    }
    if route.body is not None:
        content = {"application/json": {"schema": known[route.body]}}
        operation["requestBody"] = {"required": True, "content": content}
    if route.binary:
        binary = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {
            "required": True,
            "content": {"application/octet-stream": binary},
        }
    return operation


def _parameters(route: Route) -> list[dict[str, Any]]:
    path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    query = [
        {"name": name, "in": "query", "required": False, "schema": {"type": kind}}
        for name, kind in route.query.items()
    ]
    return path + query


def _responses(route: Route, known: dict[type, Any]) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "Done"}
    if route.answer is not None:
        done["content"] = {"application/json": {"schema": known[route.answer]}}
    responses = {str(route.status): done}
    for status, codes in sorted(by_status(route.all_problems()).items()):
        titles = "; ".join(f"{code}: {PROBLEMS[code][1]}" for code in codes)
        content = {"application/problem+json": {"schema": known[Problem]}}
        responses[str(status)] = {"description": titles, "content": content}
    return responses
