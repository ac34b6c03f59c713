import Support
import SystemPackage
import Testing

@testable import ToolSupport

@Suite("Arguments of the process")
struct ProcessArgumentTests {
  @Test("show bytes that are not UTF-8 in hexadecimal")
  func bytes() {
    #expect(hexadecimalText(Array("plain é".utf8)) == "plain é")
    #expect(hexadecimalText([0x61, 0xFF, 0x62, 0xC3]) == #"a\xffb\xc3"#)
    #expect(hexadecimalText([0xE2, 0x80, 0xAE, 0xF0, 0x90]) == "\u{202E}" + #"\xf0\x90"#)
    #expect(hexadecimalText([]) == "")
  }

  @Test("that are not UTF-8 are refused, as names of inputs and of outputs, and nothing is written")
  func refused() throws {
    let directory = try ToolRun.folderWithCache()
    let before = try directory.names()
    for command in [
      #""$DVSPREP" convert . -o "$(printf 'x\376.h5')""#,
      #""$DVSPREP" info "$(printf 'x\376.h5')""#,
      #""$DVSTRAIN" eval "$(printf 'x\376.h5')" -data_dir ."#,
    ] {
      let result = try ToolRun.shell(command, in: directory.path)
      #expect(result.exitCode == 64)
      #expect(result.errorLines.count == 1)
      #expect(
        result.standardError.hasSuffix(
          #": a text in UTF-8 expected, 'x\xfe.h5' found: rename the file or folder"# + "\n"))
    }
    #expect(try directory.names() == before)
  }
}
