import EventData
import Support
import SystemPackage
import Testing

@testable import ClassFolders

@Suite("A text of rows and columns")
struct TextTableTests {
  private static func table(_ text: String, _ name: String = "t.csv") throws -> TextTable {
    try TextTable(Array(text.utf8), path: FilePath(name))
  }

  private static func error(_ text: String, _ name: String = "t.csv") -> String? {
    do { _ = try table(text, name) } catch { return "\(error)" }
    return nil
  }

  @Test(
    "has fields as spreadsheets write them",
    arguments: [
      ("a,b\n1,2\n", [["1", "2"]]), ("a;b\r\n1,5;2\r\n", [["1,5", "2"]]),
      ("\u{FEFF}a\tb\n1\t2", [["1", "2"]]), ("a,b\n\n\n 1 , 2 \n,\n", [["1", "2"]]),
      ("a,b\n\"x, \"\"y\"\"\",\" two \"\n", [["x, \"y\"", " two "]]),
      ("a\tb\n\t2\n1\t\n", [["", "2"], ["1", ""]]), ("a,b\n1,\"\"\n", [["1", ""]]),
      ("\n\na,b\n1,2\n", [["1", "2"]]),
    ])
  func fields(text: String, expected: [[String]]) throws {
    let table = try Self.table(text)
    #expect(table.columns == ["a", "b"])
    #expect(table.rows.map(\.fields) == expected)
  }

  @Test("knows the line of each row, also after empty ones")
  func lines() throws {
    let table = try Self.table("\na,b\n\"1\",2\n\n3,4\n")
    #expect(table.rows.map(\.line) == [3, 5])
  }

  @Test(
    "is refused by line where it is malformed",
    arguments: [
      ("a,b\n1\n", "t.csv: line 2: 2 fields expected, as in the header line, 1 found"),
      ("a,b\n1,2\n\n1,2,3", "t.csv: line 4: 2 fields expected, as in the header line, 3 found"),
      ("a,b\n\"1,2\n", "t.csv: line 2: the end of a quoted field expected, none found"),
      (
        "a,b\n\"1\"x,2\n",
        "t.csv: line 2: a separator expected after a quoted field, other text found"
      ),
      ("", "t.csv: line 1: a header line such as 'file,label,split' expected, an empty file found"),
      (
        "a,b\n1,\"2\n3\"\n",
        "t.csv: line 2: 'b': text without control characters expected, '2?3' found"
      ),
      ("a,A\n1,2\n", "t.csv: line 1: columns of different names expected, 'A' found twice"),
      ("a,a\n1,2\n", "t.csv: line 1: columns of different names expected, 'a' found twice"),
    ])
  func malformed(text: String, expected: String) {
    #expect(Self.error(text) == expected)
  }

  @Test("of other separators inside quotes, or with lines that end in CR, is read")
  func otherForms() throws {
    #expect(try Self.table("file;\"a, b\"\nx;y\n").columns == ["file", "a, b"])
    #expect(try Self.table("file,b\rx,y\r").rows.map(\.fields) == [["x", "y"]])
    #expect(try Self.table(",file\n0,x\n").columns == ["", "file"])
  }

  @Test("with bytes that are not UTF-8 is refused by line, with the command that converts it")
  func latin() {
    let bytes = Array("a,b\n1,caf".utf8) + [0xE9, 0x0A]
    let error = #expect(throws: DataSetError.self) { try TextTable(bytes, path: "t.csv") }
    #expect(error?.location == .line(2))
    #expect(error?.detail.contains("iconv -f WINDOWS-1252 -t UTF-8 t.csv") == true)
  }

  @Test("of too many columns, or too long fields, is refused in time that grows with its size")
  func tooMuch() {
    #expect(
      Self.error("x" + String(repeating: ",y", count: 2000))
        == "t.csv: line 1: at most 1005 columns expected, 2001 found")
    let lines = (0..<20_000).map { "{\"k\($0)\": 1}\n" }.joined()
    #expect(
      Self.error(lines, "t.jsonl")
        == "t.jsonl: line 1006: at most 1005 different keys expected, more found")
    #expect(
      Self.error("a,b\n1," + String(repeating: "x", count: 5000))
        == "t.csv: line 2: 'b': at most 4096 bytes expected, 5000 found")
  }

  @Test("in UTF-16 is refused, with the command that converts it")
  func utf16() {
    let bytes: [UInt8] = [0xFF, 0xFE, 0x61, 0, 0x2C, 0, 0x62, 0, 0x0A, 0]
    let error = #expect(throws: DataSetError.self) { try TextTable(bytes, path: "t.csv") }
    #expect(error?.detail.contains("iconv -f UTF-16") == true)
  }

  @Test("may be JSON lines, with columns in any order and fields left out")
  func json() throws {
    let table = try Self.table(
      "{\"file\": \"a\", \"n\": 3}\n\n{\"file\": \"b\", \"t\": 1.25, \"n\": null}\n", "t.jsonl")
    let escapes = try Self.table(
      "{\"a\": \"\\u00e9\\ud83d\\ude00\\\"\\/\", \"b\":-1.5e3}", "t.json")
    #expect(escapes.rows.map(\.fields) == [["é😀\"/", "-1.5e3"]])
    #expect(table.columns == ["file", "n", "t"])
    #expect(table.rows.map(\.fields) == [["a", "3", ""], ["b", "", "1.25"]])
    #expect(table.rows.map(\.line) == [1, 3])
  }

  @Test(
    "of other JSON is refused by line",
    arguments: [
      "{\"a\": 1, \"a\": 2}", "{\"a\": 01}", "{\"a\": 1.}", "{\"a\": nan}", "{\"a\": \"\\x\"}",
      "{\"a\": \"\\ud800\"}", "{\"a\": 1} x", "{\"a\": 1,}", "{\"a\" 1}", "[1]\n", "{\"a\": [1]}",
      "{\"a\": true}", "{\"a\": {}}", "{\"a\"", "x",
    ])
  func otherJSON(text: String) {
    #expect(
      Self.error("{\"a\": 1}\n" + text, "t.jsonl")?
        .hasPrefix("t.jsonl: line 2: a JSON object of texts and numbers expected") == true)
  }

  @Test("of any bytes is read or refused, never a trap")
  func anyBytes() {
    var generator = SeededGenerator(seed: 1)
    let alphabet = Array("a,\";\t\n\r 1.{}:\u{0}".utf8) + [0xFF, 0xC3]
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...30, using: &generator)).map { _ in
        alphabet.randomElement(using: &generator) ?? 0
      }
      _ = try? TextTable(bytes, path: "t.csv")
      _ = try? TextTable(bytes, path: "t.json")
    }
  }
}
