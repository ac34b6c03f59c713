import Testing

@testable import dvstrain

@Suite("Options with one dash")
struct OptionNameTests {
  @Test("may be written with two dashes, and with - for _", arguments: OptionName.allCases)
  func spellings(option: OptionName) {
    let name = option.rawValue
    let dashed = String(name.map { $0 == "_" ? "-" : $0 })
    for written in ["-\(name)", "-\(dashed)", "--\(name)", "--\(dashed)"] {
      #expect(OptionName.singleDashSpelling(of: [written, "-1"]) == ["-\(name)", "-1"])
    }
    #expect(
      OptionName.singleDashSpelling(of: ["--\(dashed)=a=--b"]) == ["-\(name)", "a=--b"])
  }

  @Test("are the only ones that are rewritten, and nothing after -- is")
  func others() {
    let arguments = ["train", "--help", "--json", "--", "--data_dir", "-", "---T", ""]
    #expect(OptionName.singleDashSpelling(of: arguments) == arguments)
    #expect(OptionName.singleDashSpelling(of: ["--t", "--DATA-DIR"]) == ["--t", "--DATA-DIR"])
    #expect(OptionName.singleDashSpelling(of: ["--", "--T"]) == ["--", "--T"])
    #expect(OptionName.singleDashSpelling(of: []).isEmpty)
  }
}
