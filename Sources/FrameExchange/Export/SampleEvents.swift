internal import EventData
internal import FileAccess
internal import NumPyFiles
internal import ZipArchives

/// The events of a recording's samples, whose windows may overlap.
struct SampleEvents {
  private let recording: Recording
  private let sensor: FrameShape
  private let invalidEvents: InvalidEventPolicy
  private let windows: [Range<Int64>]
  private let memory: EventMemory.Part
  private var events: [[PolarityEvent]]

  /// Bytes for each event: an array that grows, with its copy of twice the size, and an archive of
  /// four numbers with the array and the content of one.
  private static let byteCountPerEvent = 3 * MemoryLayout<PolarityEvent>.stride + 8 * (4 + 2)

  /// - Parameter memory: What the events take their memory from.
  init(
    _ recording: Recording, _ sensor: FrameShape, _ invalidEvents: InvalidEventPolicy,
    _ memory: EventMemory
  ) {
    self.memory = EventMemory.Part(memory)
    self.recording = recording
    self.sensor = sensor
    self.invalidEvents = invalidEvents
    windows = recording.samples.map(\.scannedMicroseconds)
    events = windows.map { _ in [] }
  }

  /// Adds the events that frames count.
  ///
  /// - Throws: ``EventData/DataSetError`` if they need too much memory.
  mutating func add(_ piece: borrowing PolarityEvents) throws(DataSetError) {
    var addedCount = 0
    let (sensor, invalidEvents, windows) = (sensor, invalidEvents, windows)
    piece.forEach(in: 0..<piece.count) { event in
      guard sensor.contains(event), event.isValid || invalidEvents == .keep else { return }
      for index in windows.indices where windows[index].contains(event.timestampMicroseconds) {
        events[index].append(event)
        addedCount += 1
      }
    }
    guard memory.take(addedCount * Self.byteCountPerEvent) else {
      throw DataSetError(recording.path, .whole, memory.refusal)
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
      let bytes = ArrayEncoding.bytes(events[index].map(value))
      do throws(FileContentError) { try archive.add(name, header, bytes) } catch {
        throw DataSetError(
          recording.path, .whole, "sample \(recording.samples[index].name): \(error.detail)")
      }
    }
    return archive.encoded()
  }
}
