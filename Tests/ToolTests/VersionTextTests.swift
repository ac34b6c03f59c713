import Testing

@testable import ToolSupport

@Suite("A version")
struct VersionTextTests {
  @Test("has the commit where it is known")
  func commit() {
    #expect(versionText("0.1.0", commit: "5f410fc-dirty") == "0.1.0 (5f410fc-dirty)")
    #expect(versionText("0.1.0", commit: "") == "0.1.0")
  }
}
