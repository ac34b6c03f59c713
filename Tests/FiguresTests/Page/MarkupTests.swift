import FileAccess
import Testing

@testable import Figures

@Suite("Markup and pages")
struct MarkupTests {
  @Test("text in a literal is escaped, markup is not")
  func escaping() {
    let name = "<b title=\"x\">&'"
    let bold: Markup = "<b>\(name)</b>"
    #expect(bold.text == "<b>&lt;b title=&quot;x&quot;&gt;&amp;&#39;</b>")
    #expect(("<p>\(bold)\(7)</p>" as Markup).text == "<p>\(bold.text)7</p>")
  }

  @Test("characters that XML does not allow are replaced")
  func controlCharacters() {
    #expect(
      Markup.escaped("a\u{0}b\u{1B}c\u{85}\td\u{FFFF}") == "a\u{FFFD}b\u{FFFD}c\u{FFFD}\td\u{FFFD}")
  }

  @Test("no text can end a data element, and its JSON value is preserved")
  func data() {
    let element = HTMLPage.data(json: jsonText("</script><!--\"\\\n\u{2028}"), identifier: "a")
    #expect(
      element.text == "<script type=\"application/json\" id=\"a\">"
        + #""\u003c/script>\u003c!--\"\\\u000a\u2028""# + "</script>\n")
  }

  @Test("a page escapes its title, contains its scripts, and permits no loading")
  func page() {
    var page = HTMLPage(title: "a<b", introduction: "x \("<y>")", scripts: ["let mine = 1;"])
    page.append("<main>here</main>")
    let text = String(decoding: page.bytes(), as: UTF8.self)
    #expect(text.hasPrefix("<!DOCTYPE html>\n"))
    #expect(text.contains("<title>a&lt;b</title>"))
    #expect(text.contains("x &lt;y&gt;"))
    #expect(text.contains("let mine = 1;"))
    #expect(text.contains("content=\"default-src &#39;none&#39;;"))
    #expect(text.hasSuffix("<main>here</main></body>\n</html>\n"))
    #expect(!text.contains("http://") && !text.contains("https://"))
  }
}
