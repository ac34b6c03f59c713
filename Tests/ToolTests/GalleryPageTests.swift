import Support
import Terminal
import Testing

@testable import dvsprep

@Suite("The page of a cache's samples")
struct GalleryPageTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    var generator = SeededGenerator(seed: 17)
    try SmallDataSet.random(using: &generator).write(to: directory.file("DvsGesture"))
    _ = try ToolRun.dvsprep("convert", ".", "--quiet", "-o", "a.h5", in: directory.path)
  }

  @Test("has an element for each sample, on any number of threads, and loads nothing")
  func everySample() throws {
    let result = try ToolRun.dvsprep(
      "inspect", "a.h5", "--html", "a.html", "-j", "1", in: directory.path)
    #expect(result.exitCode == 0, "\(result.standardError)")
    #expect(result.standardOutput.hasPrefix("a.html: 20 samples, 3 levels of each pixel, "))
    let page = try readFile(directory.file("a.html"))
    let text = String(decoding: page, as: UTF8.self)
    #expect(text.hasSuffix("</body>\n</html>\n"))
    for number in 0..<20 { #expect(text.contains("id=\"s\(number)\"")) }
    #expect(!text.contains("id=\"s20\""))
    #expect(!text.contains("http:") && !text.contains("https:"))
    #expect(!text.contains("src=") && !text.contains("@import"))
    _ = try ToolRun.dvsprep("inspect", "a.h5", "--html", "b.html", "-j", "3", in: directory.path)
    #expect(try readFile(directory.file("b.html")) == page)
  }

  @Test("of one sample contains all of its counts")
  func oneSample() throws {
    let result = try ToolRun.dvsprep(
      "inspect", "a.h5", "--sample", "test:1", "--html", "a.html", "--json", in: directory.path)
    #expect(result.exitCode == 0, "\(result.standardError)")
    let lines = result.standardOutput.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].contains(#""html":"a.html""#) && lines[0].contains(#""thresholds":[]"#))
  }

  @Test("an existing page is replaced only with --force, a cache never")
  func existingFile() throws {
    try directory.write(Array("mine".utf8), to: "a.html")
    let refused = try ToolRun.dvsprep("inspect", "a.h5", "--html", "a.html", in: directory.path)
    #expect(refused.exitCode == 1)
    #expect(
      refused.standardError
        == "dvsprep: a.html: a file of this name exists; --force replaces it\n")
    #expect(try readFile(directory.file("a.html")) == Array("mine".utf8))
    let cache = try readFile(directory.file("a.h5"))
    let own = try ToolRun.dvsprep(
      "inspect", "a.h5", "--html", "a.h5", "--force", in: directory.path)
    #expect(own.exitCode == 1)
    #expect(try readFile(directory.file("a.h5")) == cache)
    let forced = try ToolRun.dvsprep(
      "inspect", "a.h5", "--sample", "test:1", "--html", "a.html", "--force", in: directory.path)
    #expect(forced.exitCode == 0)
  }

  @Test(
    "a quoted text is unchanged when a shell reads it",
    arguments: ["a/b.h5", "", "it's", "a b$(c)", "ü"])
  func shellWords(text: String) throws {
    let result = try ToolRun.shell("printf %s \(shellWord(text))", in: directory.path)
    #expect(result.standardOutput == text)
  }
}
