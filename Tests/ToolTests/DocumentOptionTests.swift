import Testing

@testable import dvstrain

@Suite("The options of the document")
struct DocumentOptionTests {
  @Test("may be written with two dashes, and with - for _", arguments: DocumentOption.allCases)
  func spellings(option: DocumentOption) {
    let name = option.rawValue
    let dashed = String(name.map { $0 == "_" ? "-" : $0 })
    for written in ["-\(name)", "--\(name)", "--\(dashed)"] {
      #expect(DocumentOption.documentSpelling(of: [written, "-1"]) == ["-\(name)", "-1"])
    }
    #expect(
      DocumentOption.documentSpelling(of: ["--\(dashed)=a=--b"]) == ["-\(name)", "a=--b"])
  }

  @Test("leave -h for help")
  func help() {
    #expect(DocumentOption.documentSpelling(of: ["eval", "-h"]) == ["eval", "--help"])
  }

  @Test("are the only ones that are rewritten, and nothing behind -- is")
  func others() {
    let arguments = ["train", "--help", "--json", "--", "--data_dir", "-", "---T", ""]
    #expect(DocumentOption.documentSpelling(of: arguments) == arguments)
    #expect(DocumentOption.documentSpelling(of: ["--t", "--DATA-DIR"]) == ["--t", "--DATA-DIR"])
    #expect(DocumentOption.documentSpelling(of: ["--", "--T"]) == ["--", "--T"])
    #expect(DocumentOption.documentSpelling(of: []).isEmpty)
  }
}
