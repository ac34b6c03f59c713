import Support
import SystemPackage
import Testing

@Suite("The articles for Swift developers")
struct ArticlesTests {
  @Test(
    "have no other code than the examples, which are compiled and tested",
    arguments: ["ReadingARecording", "ReadingACache", "AddingAnEngine", "AddingADataSet"])
  func code(name: String) throws {
    let article = try text("Documentation/dvskit.docc/\(name).md")
    let example = try text("Examples/\(name).swift")
    // Every second part is a block of code.
    let parts = article.split(separator: "```", omittingEmptySubsequences: false)
    let blocks = parts.indices.filter { $0 % 2 == 1 }.map { parts[$0] }
    #expect(parts.count % 2 == 1 && !blocks.isEmpty)
    for block in blocks {
      #expect(block.hasPrefix("swift\n") && example.contains(block.dropFirst(6)), "\(block)")
    }
  }

  private func text(_ path: String) throws -> String {
    let file = Fixtures.packageDirectory.pushing(FilePath(path))
    return String(decoding: try readFile(file), as: UTF8.self)
  }
}
