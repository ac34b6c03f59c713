import FileAccess
import FoundationEssentials
import Support
import SystemPackage
import Terminal
import Testing

@Suite("Names with control characters")
struct PlainOutputTests {
  /// Escape sequences, a C1 control, a change of direction, and both kinds of line end.
  private static let name = "\u{1B}]0;x\u{7}\u{1B}[2J\u{9B}\u{202E}\u{2028}a\nb"
  private let directory: TemporaryDirectory

  init() throws {
    directory = try ToolRun.folderWithCache()
    for (from, to) in [
      ("frames_number_2_split_by_number.h5", "\(Self.name).h5"),
      ("DvsGesture/user01_fluorescent.aedat", "\(Self.name).aedat"),
    ] {
      try writeFile(try readFile(directory.file(from)), to: directory.file(to))
    }
  }

  private static func isPlain(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0 == "\n" || !isHidden($0) }
  }

  @Test("are printed without them, in a line that stays one, by every command")
  func text() throws {
    let (cache, recording) = ("\(Self.name).h5", "\(Self.name).aedat")
    let plain = plainText(Self.name)
    for (arguments, line) in [
      (["info", cache], "\(plain).h5: frame cache"),
      (["info", recording], "\(plain).aedat: AEDAT 3.1 recording"),
      (["verify", cache], "\(plain).h5: valid"),
      (["inspect", cache, "--html", "\(Self.name).html"], "\(plain).html: 20 samples"),
      (
        ["inspect", cache, "--sample", "test:0", "--png", "\(Self.name).png"],
        "test/1/user24_lab_0: test:0 of \(plain).h5"
      ),
      (["view", recording, "--html", "\(Self.name).view.html"], "\(plain).view.html: "),
      (["repack", cache, "-o", "\(Self.name).new.h5"], "\(plain).new.h5: 15 training"),
      (["convert", ".", "-T", "1", "-o", "\(Self.name).c.h5"], "\(plain).c.h5: 15 training"),
      (
        ["synth", Self.name, "--train", "1", "--test", "0", "--events", "9"],
        "\(plain)/DvsGesture"
      ),
    ] {
      let result = try ToolRun.dvsprep(arguments + ["--quiet"], in: directory.path)
      #expect(result.exitCode == 0, "\(arguments): \(result.standardError)")
      #expect(Self.isPlain(result.standardOutput) && Self.isPlain(result.standardError))
      let isThere = result.standardOutput.split(separator: "\n").contains { $0.hasPrefix(line) }
      #expect(isThere, "\(arguments): \(result.standardOutput)")
    }
  }

  @Test("are escaped in JSON, and read back as they are")
  func json() throws {
    let cache = "\(Self.name).h5"
    let result = try ToolRun.dvsprep("info", cache, "--json", in: directory.path)
    #expect(Self.isPlain(result.standardOutput))
    #expect(result.standardOutput.split(separator: "\n").count == 1)
    struct Information: Decodable { let file: String }
    let data = Data(result.standardOutput.utf8)
    #expect(try JSONDecoder().decode(Information.self, from: data).file == cache)
  }

  @Test("and very long ones leave a message one line of at most 500 characters")
  func messages() throws {
    let name = String(repeating: Self.name + "/", count: 200)
    for command in ["info", "verify", "inspect"] {
      let result = try ToolRun.dvsprep(command, name, in: directory.path)
      #expect(result.exitCode == 1)
      #expect(result.errorLines.count == 1 && Self.isPlain(result.standardError))
      #expect(result.errorLines.allSatisfy { $0.unicodeScalars.count <= messageLimit })
    }
    let result = try ToolRun.dvsprep("convert", "--\(name)", in: directory.path)
    #expect(result.exitCode == 64)
    #expect(result.errorLines.allSatisfy { $0.unicodeScalars.count <= messageLimit })
  }

  @Test("a message keeps its beginning and its end")
  func shortened() {
    #expect(messageText("short: what to do") == "short: what to do")
    let text = messageText("file: " + String(repeating: "x", count: 1_000_000) + ": what to do")
    #expect(text.unicodeScalars.count == 500)
    #expect(text.hasPrefix("file: xxx") && text.hasSuffix("xxx: what to do"))
    #expect(text.contains("x…x"))
  }
}
