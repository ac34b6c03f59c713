internal import EventData
internal import NumPyFiles

/// The events of a recording's samples, whose windows may overlap.
struct SampleEvents {
  private let recording: Recording
  private let sensor: FrameShape
  private let invalidEvents: InvalidEventPolicy
  private let windows: [Range<Int64>]
  private var events: [[PolarityEvent]]

  init(_ recording: Recording, _ sensor: FrameShape, _ invalidEvents: InvalidEventPolicy) {
    self.recording = recording
    self.sensor = sensor
    self.invalidEvents = invalidEvents
    windows = recording.samples.map(\.scannedMicroseconds)
    events = windows.map { _ in [] }
  }

  /// Adds the events that frames count.
  mutating func add(_ piece: borrowing PolarityEvents) {
    let (sensor, invalidEvents, windows) = (sensor, invalidEvents, windows)
    piece.forEach(in: 0..<piece.count) { event in
      guard sensor.contains(event), event.isValid || invalidEvents == .keep else { return }
      for index in windows.indices where windows[index].contains(event.timestampMicroseconds) {
        events[index].append(event)
      }
    }
  }

  /// The archive of a sample.
  func archive(_ index: Int, isCompressed: Bool) throws(DataSetError) -> [UInt8] {
    let header = ArrayHeader(
      ElementDescription(.signed, byteCount: 8), shape: [events[index].count])
    var archive = ZipEncoder(isCompressed: isCompressed)
    let columns: [(String, (PolarityEvent) -> Int64)] = [
      ("t", \.timestampMicroseconds), ("x", { Int64($0.x) }), ("y", { Int64($0.y) }),
      ("p", { $0.isOn ? 1 : 0 }),
    ]
    for (name, value) in columns {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(header.dataByteCount)
      for event in events[index] { bytes += ArrayEncoding.littleEndian(value(event)) }
      do throws(NumPyError) { try archive.add(name, header, bytes) } catch {
        throw DataSetError(
          recording.path, .whole, "sample \(recording.samples[index].name): \(error.detail)")
      }
    }
    return archive.encoded()
  }
}
