import FileAccess
import Support
import SystemPackage
import Testing

@Suite("The kind of a file")
struct FileKindTests {
  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// The start of a zip archive whose first member has this name.
  private static func zip(_ name: String) -> [UInt8] {
    [0x50, 0x4B, 3, 4] + Array(repeating: 0, count: 22) + [UInt8(name.utf8.count), 0, 0, 0]
      + bytes(name) + [0, 1, 2]
  }

  private static let starts: [(FileKind, [UInt8])] = [
    (.empty, []),
    (.aedat(version: "3.1"), bytes("#!AER-DAT3.1\r\n#Format: RAW\r\n")),
    (.aedat(version: "4.0"), bytes("#!AER-DAT4.0\r\n\u{10}\0\0\0")),
    (.prophesee, bytes("% date 2020-01-01 10:00:00\n% evt 3.0\n% end\n") + [0, 0xFF]),
    (.hdf5, [0x89] + bytes("HDF\r\n\u{1A}\n") + [2, 8, 8, 0]),
    (.safetensors, [60, 0, 0, 0, 0, 0, 0, 0] + bytes("{\"conv.weight\":")),
    // Lengths that look like the marks of gzip, pickle and zip.
    (.safetensors, [0x1F, 0x8B, 0, 0, 0, 0, 0, 0] + bytes("{\"")),
    (.safetensors, [0x80, 0x02, 0, 0, 0, 0, 0, 0] + bytes("{\"")),
    (.torch, zip("archive/data.pkl")),
    (.torch, zip("checkpoint_max/data.pkl")),
    (.npz, zip("frames.npy")),
    (.eventArrays, zip("t.npy")),
    (.eventArrays, zip("p.npy")),
    (
      .eventArrays,
      [0x93]
        + bytes("NUMPY\u{1}\0v\0{'descr': [('t', '<i8'), ('x', '<i2'), ('y', '<i2'), ('p', '?')], ")
    ),
    (.npy, [0x93] + bytes("NUMPY\u{1}\0v\0{'descr': [('x', '<i2'), ('y', '<i2'), ('t', '<i8')], ")),
    (
      .eventArrays,
      [0x93]
        + bytes(
          "NUMPY\u{1}\0v\0{'descr': [('x', '<i2'), ('y', '<i2'), ('polarity', '?'), ('timestamp', '<i8')], "
        )
    ),
    (.npy, [0x93] + bytes("NUMPY\u{1}\0v\0{'descr': '<i8', 'fortran_order': False}\n('x', ('y', ")),
    (.foreignArchive("a zip archive"), zip("DvsGesture/")),
    (.foreignArchive("a 7z archive"), [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4]),
    (.foreignArchive("a RAR archive"), bytes("Rar!\u{1A}\u{07}\0")),
    (.pickle, [0x80, 0x02, 0x8A, 0x0A, 0x6C]),
    (.npy, [0x93] + bytes("NUMPY\u{1}\0v\0")),
    (.tar, bytes("DvsGesture/") + Array(repeating: 0, count: 246) + bytes("ustar\u{0}00")),
    (.compressed("a gzip file"), [0x1F, 0x8B, 8, 0]),
    (.compressed("an xz file"), [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4]),
    (.compressed("a Zstandard file"), [0x28, 0xB5, 0x2F, 0xFD, 4]),
    (.compressed("a bzip2 file"), bytes("BZh91AY&SY") + [0xFF]),
    (.html, bytes("\n<!DOCTYPE html>\n<title>Sign in</title>")),
    (.html, bytes("<HTML><BODY>")),
    (.gitLFSPointer, bytes("version https://git-lfs.github.com/spec/v1\noid sha256:00\n")),
    (.labels, bytes("class,startTime_usec,endTime_usec\n1,2,3\n")),
    (.recordingList, bytes("user01_led.aedat\r\nuser02_led.aedat\r\n")),
    (.text, bytes("Grüße\n")),
    (.text, bytes("BZh is how a text may begin\n")),
    (.eventText, bytes("% date 2024-05-01, by Ann\n0.1 1 2 1\n0.2 1 2 1\n")),
    (.eventText, bytes("% version 2 of the recording\n1 1 2 1\n")),
    (.prophesee, bytes("% date 2024-05-01, by Ann\n")),
    (.other, [1, 2, 3, 0, 0xFF]),
    (.other, Array(repeating: 0xFF, count: 8) + bytes("{}")),
  ]

  @Test("is recognised by the first bytes", arguments: starts)
  func recognised(_ kind: FileKind, _ bytes: [UInt8]) throws {
    #expect(FileKind(startingWith: bytes) == kind)
    let folder = try TemporaryDirectory()
    #expect(try FileKind(at: try folder.write(bytes, to: "any.name")) == kind)
    // Only the first bytes count, however long the file.
    let long = bytes + Array(repeating: UInt8(ascii: "\n"), count: 100_000)
    if kind != .empty { #expect(FileKind(startingWith: long) == kind) }
  }

  /// A zip archive with a directory of members that have these names and no content.
  private static func archive(_ names: [String], isLarge: Bool = false) -> [UInt8] {
    func number(_ value: Int, _ byteCount: Int) -> [UInt8] {
      (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for name in names {
      // Version, flags, method, time, date, CRC-32, sizes, and the length of the name.
      let description =
        number(20, 2) + number(0, 20) + number(name.utf8.count, 2) + number(0, 2)
      let start = archive.count
      archive += [0x50, 0x4B, 3, 4] + description + bytes(name)
      directory +=
        [0x50, 0x4B, 1, 2, 20, 0] + description + number(0, 10) + number(start, 4) + bytes(name)
    }
    let end = archive.count + directory.count
    var large: [UInt8] = []
    if isLarge {
      large =
        [0x50, 0x4B, 6, 6] + number(44, 8) + number(45, 4) + number(0, 8)
        + number(names.count, 8) + number(names.count, 8) + number(directory.count, 8)
        + number(archive.count, 8) + [0x50, 0x4B, 6, 7] + number(0, 4) + number(end, 8)
        + number(1, 4)
    }
    return archive + directory + large + [0x50, 0x4B, 5, 6] + number(0, 4)
      + number(isLarge ? 0xFFFF : names.count, 2) + number(isLarge ? 0xFFFF : names.count, 2)
      + number(isLarge ? -1 : directory.count, 4) + number(isLarge ? -1 : archive.count, 4)
      + number(0, 2)
  }

  @Test("of arrays is one of events if its directory lists all of their values, wherever")
  func arraysOfEvents() {
    let label = "label.npy"
    for (names, kind) in [
      ([label, "t.npy", "x.npy", "y.npy", "p.npy"], .eventArrays),
      (["a.npy", "p.npy", "y.npy", label, "x.npy", "t.npy"], .eventArrays),
      ([label, "polarity.npy", "y.npy", "x.npy", "timestamp.npy"], .eventArrays),
      (["frames.npy"], .npz), ([label, "frames.npy"], .npz),
      (["frames.npy", "t.npy", "x.npy", "y.npy"], .npz), (["x.npy", "y.npy"], .npz),
      (["t.npy", "x.npy", "y.npy"], .npz), (["t.npy", "x.npy", "y.npy", "p.npy"], .eventArrays),
      ([label, "t.npy", "x.npy", "y.npy", "p.np"], .npz),
      ([label, "t.npy", "x.npy", "y.npy", "pp.npy"], .npz),
      ([label, "t.npy", "t.npy", "x.npy", "y.npy"], .npz),
      ([label, "a/t.npy", "x.npy", "y.npy", "p.npy"], .npz),
      ((0..<400).map { "\($0).npy" } + ["t.npy", "x.npy", "y.npy", "p.npy"], .eventArrays),
      (["data.txt", "t.npy", "x.npy", "y.npy", "p.npy"], .foreignArchive("a zip archive")),
    ] as [([String], FileKind)] {
      for isLarge in [false, true] {
        let archive = Self.archive(names, isLarge: isLarge)
        #expect(archive.withRawSpan { FileKind(of: $0) } == kind, "\(names.prefix(6))")
        // Without its end, only the first member tells.
        let cut = Array(archive.dropLast())
        let isFirst = ["t.npy", "x.npy", "y.npy", "p.npy"].contains(names[0])
        let expected: FileKind =
          isFirst ? .eventArrays : kind == .eventArrays ? .npz : kind
        #expect(cut.withRawSpan { FileKind(of: $0) } == expected, "\(names.prefix(6))")
      }
    }
  }

  @Test("of a text is decided by its first 64 KiB if it begins with comments")
  func longComments() {
    let events = Self.bytes("0.1 1 2 1\n")
    func kind(_ text: [UInt8]) -> FileKind { text.withRawSpan { FileKind(of: $0) } }
    for mark in ["#", "%"] {
      let line = Self.bytes("\(mark) a comment of 32 bytes, as here\n".prefix(31) + "\n")
      for count in [0, 1, 31, 32, 33, 2000] {
        let comments = Array(repeatElement(line, count: count).joined())
        #expect(kind(comments + events) == .eventText, "\(count)")
        #expect(kind(comments + Self.bytes("no events 1 2 1\n")) == .text, "\(count)")
      }
      let tooLong = Array(repeatElement(line, count: 3000).joined())
      #expect(kind(tooLong + events) == .text)
    }
    #expect(
      kind(Array(repeatElement(Self.bytes("words\n"), count: 500).joined()) + events) == .text)
  }

  @Test("of a damaged archive is that of the first member, or of all")
  func damagedArchives() {
    let archive = Self.archive(["label.npy", "t.npy", "x.npy", "y.npy", "p.npy"], isLarge: true)
    var kinds: Set<String> = []
    for bit in 0..<archive.count * 8 {
      let flipped = archive.flippingBit(bit)
      kinds.insert("\(flipped.withRawSpan { FileKind(of: $0) })")
    }
    #expect(kinds.contains("\(FileKind.npz)") && kinds.contains("\(FileKind.eventArrays)"))
    for length in archive.indices {
      _ = Array(archive[..<length]).withRawSpan { FileKind(of: $0) }
    }
  }

  @Test("of a folder is that, and a missing file and a device are errors")
  func notAFile() throws {
    let folder = try TemporaryDirectory()
    #expect(try FileKind(at: folder.path) == .folder)
    #expect(throws: FileError.self) { try FileKind(at: folder.file("missing")) }
    #expect(throws: FileError.self) { try FileKind(at: "/dev/null") }
  }

  @Test("makes a message of one line, with what to do")
  func message() {
    #expect(
      FileKind.html.inPlace(of: "a frame cache")
        == "a frame cache expected, an HTML page found: perhaps a page to sign in, in place of the "
        + "download: download the file itself")
    #expect(
      FileKind.text.inPlace(of: "a frame cache") == "a frame cache expected, a text file found")
    for (kind, _) in Self.starts {
      let text = kind.inPlace(of: "a recording, data set or frame cache")
      #expect(text.utf8.count < 300 && !text.contains("\n"))
    }
  }

  @Test("is determined for the shortest files")
  func prefixes() {
    for (_, bytes) in Self.starts {
      for count in 0...bytes.count { _ = FileKind(startingWith: Array(bytes.prefix(count))) }
    }
  }
}
