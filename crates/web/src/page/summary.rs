//! The list of what is wrong with the forms of a page: each error with the name of its field, and a link to it.
//!
//! It stands above the page, where fields have no names yet. So errors and names are noted while the page is written, and
//! the layout asks for them when it is.

use std::collections::BTreeMap;

use minijinja::value::Value;
use minijinja::{Environment, Error, State, context};

use super::wrong;

/// What was noted so far on one page.
#[derive(Default)]
struct Noted {
    title: String,
    /// Field and text.
    errors: Vec<(String, String)>,
    /// What a person reads beside a field, by the id of the field.
    names: BTreeMap<String, String>,
}

fn noted<'s>(state: &'s mut State<'_, '_>) -> &'s mut Noted {
    state.get_or_insert_extension_with(Noted::default)
}

/// What templates may call.
pub(super) fn install(environment: &mut Environment<'static>) {
    environment.add_function("named", named);
    environment.add_function("note_errors", note_errors);
    environment.add_function("noted_errors", noted_errors);
}

/// Notes what a field is called, and gives the name back.
fn named(state: &mut State<'_, '_>, field: &str, name: &str) -> String {
    let names = &mut noted(state).names;
    names.insert(field.to_owned(), name.to_owned());
    name.to_owned()
}

/// Notes a list of `{field, text}`; an empty one changes nothing.
fn note_errors(state: &mut State<'_, '_>, title: &str, errors: &Value) -> Result<String, Error> {
    for error in errors.try_iter()? {
        let part = |name| Ok::<_, Error>(error.get_attr(name)?.to_string());
        let error = (part("field")?, part("text")?);
        let noted = noted(state);
        title.clone_into(&mut noted.title);
        if !noted.errors.contains(&error) {
            noted.errors.push(error);
        }
    }
    Ok(String::new())
}

/// Title and list of what was noted: `{field, name, text}`.
///
/// # Errors
/// While developing: when an error leads to no field. Somebody who fills in a form is better off without the link than without
/// the page.
fn noted_errors(state: &mut State<'_, '_>) -> Result<Value, Error> {
    let Noted {
        title,
        errors,
        names,
    } = &*noted(state);
    let mut list = Vec::new();
    for (field, text) in errors {
        let name = names.get(field);
        if name.is_none() && cfg!(debug_assertions) {
            return Err(wrong(format!(
                "an error leads to `{field}`, and the page has no such field"
            )));
        }
        list.push(context! { field, text, name });
    }
    Ok(context! { title, list })
}
