import EventData
import Support
import Testing

@testable import RecordingFormats

@Suite("Files of a data set that change after their format was recognised")
struct ChangedFilesTests {
  @Test(
    "are refused if the format knows where their parts lie, and their size is another",
    arguments: [
      "numpy_stored.npz", "numpy_deflated.npz", "numpy_records.npy", "numpy_aligned.npy",
      "dv_none.aedat4", "dv_lz4.aedat4",
    ])
  func otherSize(_ name: String) throws {
    let bytes = try Fixtures.bytes("formats/\(name)")
    let directory = try TemporaryDirectory()
    let path = try directory.write(bytes, to: "a")
    let format = try #require(try bytes.withRawSpan { try recordingFormat(of: $0, path) })
    let recording = Recording(
      name: "a", fileName: "a", path: path, format: format, split: .train, attributes: [],
      samples: [])
    let contents = try recording.contents()
    #expect(try EventFile.events(of: contents) == EventFile.fixtureEvents())
    for other in [Array(bytes.prefix(bytes.count / 2)), [], bytes + [0]] {
      try writeFile(other, to: path)
      let error = #expect(throws: DataSetError.self) { _ = try recording.contents().byteCount }
      #expect(
        error?.description
          == "\(path): \(bytes.count) bytes expected, as when its header was read, \(other.count) "
          + "found: the file has changed")
    }
  }
}
