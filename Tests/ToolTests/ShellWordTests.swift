import Support
import SystemPackage
import Terminal
import Testing

@Suite("A word of a shell command")
struct ShellWordTests {
  @Test("is quoted only where needed, and is one line")
  func text() {
    for plain in ["a", "-data_dir=/x/y_z", "frames,1:2+3", "größe"] {
      #expect(shellWord(plain) == plain)
    }
    #expect(shellWord("") == "''" && shellWord("a b") == "'a b'" && shellWord("{a}*2") == "'{a}*2'")
    #expect(shellWord("it's") == #"'it'\''s'"#)
    #expect(shellWord("a\nb'\\") == #"$'a\nb\'\\'"#)
    #expect(shellWord("\u{1B}[2J1\u{2028}") == #"$'\033[2J1\342\200\250'"#)
  }

  @Test("is read by bash as the text")
  func roundTrip() throws {
    let directory = try TemporaryDirectory()
    for text in ["a b", "it's", "$HOME `ls` \"x\" \\n", "a\nb'\\c\t1", "\u{1B}7\u{2028}8", "*?{}"] {
      let result = try runCommand(
        "bash", ["-c", "printf %s \(shellWord(text))"], in: directory.path)
      #expect(result.standardOutput == text)
    }
  }
}
