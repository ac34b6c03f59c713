internal import EventData
internal import EventFrames
internal import FileAccess
internal import NumPyFiles
internal import ZipArchives

/// The events of a recording's samples, whose windows may overlap.
struct SampleEvents {
  private let recording: Recording
  private var selection: CountedEvents
  private let windows: [Range<Int64>]
  private let memory: EventMemory.Part
  private var events: [[PolarityEvent]]

  /// Bytes for each event: an array that grows, with its copy of twice the size, and an archive of
  /// four numbers with the array and the content of one.
  private static let byteCountPerEvent = 3 * MemoryLayout<PolarityEvent>.stride + 8 * (4 + 2)

  /// - Parameters:
  ///   - recording: The recording.
  ///   - selection: Which of its events count.
  ///   - memory: What the events take their memory from.
  init(_ recording: Recording, _ selection: CountedEvents, _ memory: EventMemory) {
    self.memory = EventMemory.Part(memory)
    self.recording = recording
    self.selection = selection
    windows = recording.samples.map(\.scannedMicroseconds)
    events = windows.map { _ in [] }
  }

  /// Adds the events that may count.
  ///
  /// - Throws: ``EventData/DataSetError`` if they need too much memory.
  mutating func add(_ piece: borrowing PolarityEvents) throws(DataSetError) {
    var addedCount = 0
    let (selection, windows) = (selection, windows)
    piece.forEach(in: 0..<piece.count) { event in
      guard selection.reads(event) else { return }
      for index in windows.indices where windows[index].contains(event.timestampMicroseconds) {
        events[index].append(event)
        addedCount += 1
      }
    }
    guard memory.take(addedCount * Self.byteCountPerEvent) else {
      throw DataSetError(recording.path, .whole, memory.refusal)
    }
  }

  /// Keeps those events of a sample that count, at the pixels of the frame, once all were added.
  ///
  /// - Returns: Their number.
  mutating func finish(_ index: Int) -> Int {
    selection.start()
    // In place: the memory of a second array was not asked for.
    var keptCount = 0
    for number in events[index].indices {
      guard let event = selection.counted(events[index][number]) else { continue }
      events[index][keptCount] = event
      keptCount += 1
    }
    events[index].removeLast(events[index].count - keptCount)
    return keptCount
  }

  /// The archive of a sample that is finished.
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
