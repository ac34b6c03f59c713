import EventData
import FileAccess
import Support
import SystemPackage
import Testing

@testable import GestureDataSet

/// Links, members of one name, and members in other folders: what unpacking would give is read.
extension ArchiveTests {
  private func run(_ script: String) throws {
    let result = try runCommand("sh", ["-ec", script], in: folder.path)
    try #require(result.exitCode == 0, "\(result.standardError)")
  }

  /// Gives two recordings and their label files the same content, as separate files.
  private func makeEqualRecordings() throws {
    try run(
      """
      cd DvsGesture
      for end in .aedat _labels.csv; do cp user02_led$end user24_lab$end; done
      """)
  }

  @Test("hard links have the content of their target, recordings and label files")
  func hardLinks() throws {
    try makeEqualRecordings()
    try check(try pack(names))
    try run(
      """
      cd DvsGesture
      for end in .aedat _labels.csv; do ln -f user02_led$end user24_lab$end; done
      """)
    try check(try pack(names))
    try check(try pack(["./DvsGesture"], ["-J"]), threadCount: 1)
  }

  @Test("symbolic links have the content of their target, whatever its name, folder and order")
  func symbolicLinks() throws {
    try makeEqualRecordings()
    try run(
      """
      mkdir raw
      mv DvsGesture/user24_lab.aedat raw/recording
      mv DvsGesture/user24_lab_labels.csv raw/labels
      ln -s ../raw/recording DvsGesture/user24_lab.aedat
      ln -s one_more_link DvsGesture/user24_lab_labels.csv
      ln -s ../raw/labels DvsGesture/one_more_link
      """)
    try check(try pack(["raw", "DvsGesture"]))
    try check(try pack(["DvsGesture", "raw"]))
  }

  @Test("a link whose target is not in the archive, or that leads in a circle, is named")
  func brokenLinks() throws {
    for target in ["../raw/labels", "/nowhere/labels", "user24_lab_labels.csv"] {
      try run("ln -sf \(target) DvsGesture/user24_lab_labels.csv")
      let archive = try pack(["DvsGesture"])
      let error = try #require(defect(of: archive))
      #expect(error.path == archive.appending("trials_to_test.txt"))
      #expect(error.detail.hasPrefix("the label file user24_lab_labels.csv is a link to "))
      #expect(
        error.detail.hasSuffix(
          ", which the archive does not hold; tar --dereference packs the file itself "
            + "(--allow-missing continues without it)"))
      #expect(try GestureDataSet(opening: archive, allowMissing: true).trials.count == 3)
    }
  }

  @Test("only the folder of the lists counts: files of the same names elsewhere are left out")
  func otherFolders() throws {
    try run(
      """
      mkdir DvsGesture/PaxHeaders.77 elsewhere
      echo '30 mtime=1700000000.000000000' > DvsGesture/PaxHeaders.77/user02_led.aedat
      cp -r DvsGesture elsewhere/backup
      cp DvsGesture/*.aedat elsewhere
      rm -r elsewhere/backup/PaxHeaders.77
      mv elsewhere DvsGesture/
      """)
    try check(try pack(["DvsGesture"]))
    try check(try pack(["DvsGesture/elsewhere", "DvsGesture/PaxHeaders.77"] + names))
  }

  @Test("two data sets in one archive are named")
  func twoDataSets() throws {
    try run("cp -r DvsGesture Another")
    let archive = try pack(["DvsGesture", "Another"])
    #expect(
      defect(of: archive)?.description
        == "\(archive): the lists of one data set expected, in one folder; lists in Another and in "
        + "DvsGesture found: unpack the archive and use one folder")
  }

  @Test("of several members of one path, the last counts, as when unpacking")
  func updatedMembers() throws {
    for name in ["user02_led.aedat", "trials_to_test.txt", "user24_lab_labels.csv"] {
      let file = folder.file("DvsGesture/" + name)
      let bytes = try readFile(file)
      let other = name.hasSuffix(".aedat") ? "user24_lab.aedat" : "user02_led_labels.csv"
      try run("cp DvsGesture/\(other) DvsGesture/\(name); tar -cf packed.tar DvsGesture")
      try writeFile(bytes, to: file)
      try run("tar -rf packed.tar DvsGesture/\(name)")
      try check(folder.file("packed.tar"))
    }
  }

  @Test("a recording that claims to be almost infinite is refused")
  func hugeSize() throws {
    let archive = try pack(names, [])
    // The size of a member in its header: with the first bit set it is binary, of 11 bytes.
    let bytes = try readFile(archive)
    let name = Array("DvsGesture/user02_led.aedat".utf8)
    let header = try #require(
      stride(from: 0, to: bytes.count, by: 512).first { bytes[$0...].starts(with: name) })
    var changed = bytes
    changed[header + 124] = 0x80
    for offset in 125..<136 {
      changed[header + offset] = offset == 128 ? 8 : 0
    }
    // The checksum counts its own field as spaces.
    for offset in 148..<156 { changed[header + offset] = UInt8(ascii: " ") }
    let sum = changed[header..<header + 512].reduce(0) { $0 + Int($1) }
    let digits = String(sum, radix: 8)
    let field = Array((String(repeating: "0", count: 6 - digits.count) + digits + "\0 ").utf8)
    changed.replaceSubrange(header + 148..<header + 156, with: field)
    try folder.write(changed, to: "packed.tar.gz")
    let error = try #require(defect(of: archive))
    #expect(
      error.detail == "the archive is incomplete: it ends too early; copy or download it again")
  }
}
