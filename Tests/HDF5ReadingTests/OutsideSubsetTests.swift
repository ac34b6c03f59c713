import HDF5
import HDF5Reading
import Support
import SystemPackage
import Testing

@Suite("Unsupported parts of HDF5 are rejected by name")
struct OutsideSubsetTests {
  private func error(_ body: () throws -> Void) -> HDF5ReadingError? {
    #expect(throws: HDF5ReadingError.self) { try body() }
  }

  @Test("files of h5py's default format, which has no checksums")
  func oldSuperblock() throws {
    var rejectedCount = 0
    for name in try Fixtures.names(in: "net") where name.hasSuffix(".h5") {
      let bytes = try Fixtures.bytes("net/\(name)")
      guard bytes[8] == 0 else { continue }
      rejectedCount += 1
      let error = error {
        // Safe: the span does not outlive the array.
        _ = try unsafe HDF5View(bytes.span.bytes).root.path
      }
      #expect(error?.code == .outsideSubset)
      #expect(
        error?.detail
          == "the file cannot be read as HDF5: superblock version 0 is not supported")
    }
    #expect(rejectedCount == 21)
  }

  @Test("values of another type")
  func otherType() throws {
    let folder = try TemporaryDirectory()
    let path = folder.file("file.h5")
    do {
      let file = try HDF5File(creating: path.string)
      try file.root.setAttribute("number", UInt32(3))
      try file.root.setAttribute("text", "three")
      try file.root.writeDataset("column", [UInt32(3), 4], extents: [2])
      try file.flush()
    }
    let bytes = try readFile(path)
    // Safe: the span does not outlive the array.
    let root = try unsafe HDF5View(bytes.span.bytes).root
    func detail(_ body: () throws(HDF5ReadingError) -> Void) -> String {
      do throws(HDF5ReadingError) {
        try body()
        return ""
      } catch {
        return "\(error.code), \(error)"
      }
    }
    #expect(
      detail { () throws(HDF5ReadingError) in _ = try root.attribute("number", as: Int64.self) }
        == "outsideSubset, attribute number: values of type int64 expected, another type found")
    #expect(
      detail { () throws(HDF5ReadingError) in _ = try root.attribute("number") }
        == "unexpected, attribute number: texts of fixed length expected, another type found")
    #expect(
      detail { () throws(HDF5ReadingError) in _ = try root.attribute("text", stringCount: 2) }
        == "unexpected, attribute text: 2 values expected, 1 found")
    #expect(
      detail { () throws(HDF5ReadingError) in
        _ = try root.dataset("column").numbers(as: UInt8.self)
      } == "outsideSubset, /column: values of type uint8 expected, another type found")
    #expect(
      detail { () throws(HDF5ReadingError) in _ = try root.group("column").path }
        == "unexpected, /column: a group expected, another object found")
  }
}
