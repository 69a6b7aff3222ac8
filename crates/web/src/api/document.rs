//! What the API looks like: an OpenAPI 3.1 document, made with the routes and kept in `docs/api/openapi.json`.

use axum::http::header;
use axum::response::IntoResponse;
use formats::asset_list::LIST_BYTES_MAX;
use serde_json::{Value, json};
use utoipa::openapi::OpenApi as Document;
use utoipa::{IntoParams, OpenApi};

use super::error::Problem;
use super::fields::BODY_BYTES_MAX;
use super::parameters::LIMIT_MAX;
use super::{ROOT, VERSION};

/// Which page of a list.
#[derive(IntoParams)]
#[expect(dead_code, reason = "it describes what `Parameters` reads")]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u16>,
}

/// The schema of a page of a list, as `page` writes it.
macro_rules! page_schema {
    ($(#[doc = $doc:literal])+ $name:ident, $item:ty) => {
        $(#[doc = $doc])+
        #[derive(utoipa::ToSchema)]
        #[expect(dead_code, reason = "it describes what `page` writes")]
        #[schema(rename_all = "camelCase")]
        struct $name {
            items: Vec<$item>,
            /// Cursor of the next page; `null` on the last one.
            next_cursor: Option<String>,
            /// Address of the next page.
            next: Option<String>,
        }
    };
}
pub(super) use page_schema;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Seinpost",
        description = "For programs of organisations, sources and the desk. How to use it is in docs/api.md.",
        contact(name = "The desk that runs this installation"),
        license(name = "EUPL-1.2", identifier = "EUPL-1.2"),
    ),
    components(schemas(Problem)),
    tags(
        (name = "organisations", description = "Organisations, their contacts, and sources"),
        (name = "people", description = "Who belongs to an organisation, and who may act for it"),
        (name = "assets", description = "What an organisation holds"),
        (name = "findings", description = "What an organisation was told"),
        (name = "batches", description = "Deliveries of a source"),
        (name = "desk", description = "The work of the desk"),
    ),
)]
struct Frame;

/// The document before the routes are in it.
pub(super) fn frame() -> Document {
    Frame::openapi()
}

/// The document as it is served: what holds for all operations is added to each.
pub(super) fn text(document: Document) -> String {
    let mut document = serde_json::to_value(document).expect("a document is plain data");
    document["info"]["version"] = VERSION.into();
    document["servers"] = json!([{ "url": ROOT }]);
    document["security"] = json!([{ "key": [] }]);
    document["components"]["securitySchemes"] = json!({
        "key": {
            "type": "http", "scheme": "bearer",
            "description": "A key: `sp_`, its id, `_`, its secret. It acts for one organisation, one source or the desk.",
        }
    });
    close_inputs(&mut document["components"]["schemas"]);
    let paths = document["paths"].as_object_mut().expect("there are paths");
    for (path, methods) in paths {
        for (method, operation) in methods.as_object_mut().into_iter().flatten() {
            complete(path, method, operation);
        }
    }
    format!("{document:#}\n")
}

/// Members that nobody knows are refused, so the schemas of what is sent say so.
fn close_inputs(schemas: &mut Value) {
    for (name, schema) in schemas.as_object_mut().into_iter().flatten() {
        let is_input = name.starts_with("New")
            // What is read and put back as a whole.
            || name.starts_with("Profile")
            || ["Patch", "Import", "Search", "Choice"]
                .iter()
                .any(|end| name.ends_with(end));
        if is_input {
            schema["additionalProperties"] = false.into();
        }
    }
}

fn complete(path: &str, method: &str, operation: &mut Value) {
    let mut parameters = path_parameters(path);
    match method {
        "post" if is_done_once(path) => parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
            "description": "Names the request: the same request again within 24 hours gets the same answer and does nothing.",
        })),
        "get" if has_tag(path, method) => parameters.push(json!({
            "name": "If-None-Match", "in": "header", "required": false, "schema": { "type": "string" },
            "description": "The `ETag` of what you have.",
        })),
        _ => {}
    }
    let matching = Matching::of(path, method);
    if matching != Matching::Never {
        parameters.push(json!({
            "name": "If-Match", "in": "header", "required": matching == Matching::Always, "schema": { "type": "string" },
            "description": match matching {
                Matching::WhereThere => "The `ETag` of what you read. It is needed where there is one already.",
                _ => "The `ETag` of what you read.",
            },
        }));
    }
    let given = operation["parameters"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    parameters.extend(given);
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    for (status, description) in problems(path, method) {
        operation["responses"][status.to_string()] = json!({
            "description": description,
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        });
    }
    if method == "get" && has_tag(path, method) {
        operation["responses"]["304"] = json!({ "description": "You have it as it is" });
    }
    add_headers(&mut operation["responses"], has_tag(path, method));
}

/// Whether a request must say by `If-Match` what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Matching {
    Always,
    /// Only where there is something to be replaced.
    WhereThere,
    Never,
}

impl Matching {
    fn of(path: &str, method: &str) -> Self {
        // What cannot be another one than was read, and is not shown by itself: a link works or does not.
        let is_link = path.ends_with("/link") || path.ends_with("/links/{link}");
        match method {
            "put" if path.ends_with("/contacts/{contact}/key") => Self::WhereThere,
            "delete" if is_link => Self::Never,
            "put" | "patch" | "delete" => Self::Always,
            _ => Self::Never,
        }
    }
}

/// Whether an answer says by `ETag` which state it is of.
fn has_tag(path: &str, method: &str) -> bool {
    let is_list_of_assets = path.ends_with("/assets");
    match method {
        "get" => !path.ends_with("/document"),
        "patch" => true,
        // It says what was done.
        "put" => !is_list_of_assets,
        "post" => path.ends_with("/assets/_preview") || path.ends_with("/_check-code"),
        _ => false,
    }
}

/// Whether a request by POST changes nothing: it is a question.
fn is_question(path: &str) -> bool {
    let questions = [
        "/_search",
        "/_export",
        "/_preview",
        "/_write-security-txt",
        "/_verify",
    ];
    questions.iter().any(|end| path.ends_with(end))
}

/// Whether a request by POST can name itself, so that it is done once. The others change nothing, or nothing a second time.
fn is_done_once(path: &str) -> bool {
    let others = [
        "/batches",
        "/_search",
        "/_export",
        "/_preview",
        "/_check-code",
        "/_prove",
        "/_check-security-txt",
        "/_write-security-txt",
        "/_verify",
    ];
    !others.iter().any(|end| path.ends_with(end))
}

fn path_parameters(path: &str) -> Vec<Value> {
    let names = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names
        .map(|name| {
            let (schema, description) = match name {
                "threat" => (
                    json!({ "type": "string", "example": "open-rdp" }),
                    "Name of the threat in the catalogue.".to_owned(),
                ),
                _ => (
                    json!({ "type": "string", "format": "uuid" }),
                    format!("Id of the {name}."),
                ),
            };
            json!({
                "name": name, "in": "path", "required": true,
                "schema": schema, "description": description,
            })
        })
        .collect()
}

/// Which errors an operation can answer with.
fn problems(path: &str, method: &str) -> Vec<(u16, String)> {
    let mut found = vec![
        (
            400,
            format!(
                "What was sent is wrong; `errors` lists all of it. `limit` is at most {LIMIT_MAX}."
            ),
        ),
        (401, "No key, or one that does not work".to_owned()),
        (
            403,
            "The key does not have the scope, or is of another kind".to_owned(),
        ),
        (404, "It is not there, or not for this key".to_owned()),
        (
            429,
            "Too often; `Retry-After` says how long to wait".to_owned(),
        ),
        (500, "We failed".to_owned()),
    ];
    if matches!(method, "post" | "put" | "patch") {
        found.push((
            415,
            "The body is of a media type that is not read here".to_owned(),
        ));
    }
    match method {
        "post" if path == "/batches" => {
            found.push((422, "Nothing of it was taken in".to_owned()));
            found.push((
                503,
                "Too much waits already; `Retry-After` says when to try again".to_owned(),
            ));
        }
        "post" | "put" | "patch" => {
            if !is_question(path) {
                found.push((409, "It is there already".to_owned()));
            }
            let is_list =
                path.ends_with("/assets/_preview") || method == "put" && path.ends_with("/assets");
            let most = if is_list {
                LIST_BYTES_MAX
            } else {
                BODY_BYTES_MAX
            };
            found.push((413, format!("The body has more than {most} bytes")));
        }
        _ => {}
    }
    if path.ends_with("/_check-security-txt") {
        found.push((422, "Only a domain that is proved is looked at".to_owned()));
    }
    if method == "post" && is_done_once(path) {
        found.push((
            422,
            "The `Idempotency-Key` came with another request before".to_owned(),
        ));
    }
    if Matching::of(path, method) != Matching::Never {
        found.push((412, "It is not as you read it".to_owned()));
        found.push((428, "`If-Match` is needed".to_owned()));
    }
    found
}

/// Headers of answers.
fn add_headers(responses: &mut Value, has_tag: bool) {
    let text =
        |description: &str| json!({ "schema": { "type": "string" }, "description": description });
    for (status, response) in responses.as_object_mut().into_iter().flatten() {
        response["headers"]["API-Version"] = text("Full version of the API");
        match status.as_str() {
            "200" | "304" if has_tag => response["headers"]["ETag"] = text("Tag of this state"),
            "201" | "202" => response["headers"]["Location"] = text("Where it is"),
            "429" | "503" => response["headers"]["Retry-After"] = text("Seconds to wait"),
            _ => {}
        }
    }
}

/// The document as an answer.
pub(super) fn answer(document: &str) -> impl IntoResponse + use<> {
    (
        [(header::CONTENT_TYPE, "application/json")],
        document.to_owned(),
    )
}
