use super::*;

/// One of each component, with `word` where a text of somebody else may stand.
const COMPONENTS: &str = r##"
{% import "parts.html" as parts %}
{{ parts.button(word) }}
{{ parts.button(word, "secondary", "do", word, about=word) }}
{{ parts.link_button(word, "/there", "danger") }}
{{ parts.text_field("plain", word) }}
{{ parts.text_field("wrong", word, value=word, error=word, hint=word, type="email", autocomplete="email") }}
{{ parts.text_field("secret", word, value=word, type="password", required=false, inputmode="numeric") }}
{{ parts.text_area("area", word, value=word, rows=3) }}
{{ parts.select("choice", word, [["a", word], [2, word]], value="2") }}
{{ parts.checkbox("box", word, checked=true, hint=word) }}
{{ parts.checkbox("boxes", word, "one") }}
{{ parts.radios("radio", word, [["a", word], ["b", word]], value="b", error=word) }}
{{ parts.file_field("file", word, accept=".csv") }}
{{ parts.error_summary(word, [{"field": "wrong", "text": word}]) }}
{{ parts.error_summary(word, []) }}
{{ parts.errors_of_page(noted_errors()) }}
{{ parts.alert("error", word, title=word) }}
{{ parts.alert("ok", word) }}
{{ parts.badge(word, "warning") }}
{{ parts.severity("high", word) }}
{{ parts.tlp("TLP:AMBER+STRICT") }}
{{ parts.time("2026-11-18T02:14:33Z" | moment) }}
{{ parts.details([[word, word]]) }}
{% call parts.table(word, ["", word, [word, "number"]]) %}<tr><td>{{ word }}</td></tr>{% endcall %}
{{ parts.pages("/before", "", word) }}
{{ parts.pages("", "/after", "", word, word) }}
{{ parts.empty(word, word, word, "/there") }}
{{ parts.bar_chart("bars", word, word, [[word, 1200], [word, 300]], word) }}
{{ parts.bar_chart("no-bars", word, word, [], word) }}
{{ parts.line_chart("line", word, word, [[word, 0], [word, 4], [word, 2]], word) }}
{{ parts.steps([[word, "/one"], [word, ""]], 2) }}
{{ parts.tabs([[word, "/one"], [word, "/two"]], "/two") }}
"##;

fn components(word: &str) -> String {
    let context = context! { word, zone => "Europe/Amsterdam" };
    let environment = Spoken::new(Language::En).pages;
    // The ending of the name decides that texts are escaped.
    let template = environment.template_from_named_str("components.html", COMPONENTS);
    template.unwrap().render(context).unwrap()
}

#[test]
fn each_component_is_written_as_here() {
    insta::assert_snapshot!(components("word"));
}

#[test]
fn no_component_takes_a_text_for_html() {
    let page = components("<b id='x' title=\"y\">");
    for part in ["<b ", "'x'", "\"y\""] {
        assert!(!page.contains(part), "{part}: {page}");
    }
}
