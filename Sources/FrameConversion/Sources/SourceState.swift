internal import EventData
internal import EventFrames
package import FileAccess
package import FrameCache
package import SystemPackage

/// The current state of a file that a cache depends on.
package struct SourceState {
  package let name: String
  package let path: FilePath
  package let identity: FileIdentity

  /// - Parameter name: The file's name in the cache; `nil` for its last path component.
  package init(of path: FilePath, named name: String? = nil) throws(FrameCacheError) {
    self.path = path
    self.name = name ?? path.lastComponent?.string ?? path.string
    do throws(FileError) { identity = try FileIdentity(of: path) } catch {
      throw FrameCacheError(error)
    }
  }

  /// The files that a cache of the data set depends on: its archive, or its lists, label files and
  /// recordings.
  static func all(of dataSet: any EventDataSet) throws(FrameCacheError) -> [SourceState] {
    guard case .folder(let textFiles) = dataSet.files else {
      return [try SourceState(of: dataSet.path)]
    }
    var states: [SourceState] = []
    for file in textFiles {
      states.append(try SourceState(of: dataSet.path.appending(file.name), named: file.name))
    }
    // A table may list a recording in several parts.
    var names: Set<String> = []
    for recording in dataSet.recordings where names.insert(recording.fileName).inserted {
      states.append(try SourceState(of: recording.path, named: recording.fileName))
    }
    return states
  }

  /// The hash of the whole file.
  package func contentHash() throws(FrameCacheError) -> UInt64 {
    var hash = ContentHash()
    do throws(FileError) {
      let file = try MappedFile(path)
      var start = 0
      while start < file.byteCount {
        let block = start..<min(file.byteCount, start + (1 << 20))
        try file.populate(block)
        try file.withBytes { bytes throws(FileError) in hash.update(bytes.extracting(block)) }
        file.release(block)
        start = block.upperBound
      }
    } catch {
      throw FrameCacheError(error)
    }
    return hash.value
  }

  /// Describes each change; a file with a new modification time but the same content is unchanged.
  static func differences(
    of stored: [SourceFile], from current: [SourceState]
  ) throws(FrameCacheError) -> [String] {
    var result: [String] = []
    let storedByName = Dictionary(
      stored.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for state in current {
      guard let before = storedByName[state.name] else {
        result.append("\(state.name) is new")
        continue
      }
      if before.byteCount != UInt64(state.identity.byteCount) {
        result.append(
          "\(state.name) had \(before.byteCount) bytes and now has \(state.identity.byteCount)")
      } else if before.modificationNanoseconds != state.identity.modificationNanoseconds,
        try state.contentHash() != before.contentHash
      {
        result.append("\(state.name) has other content")
      }
    }
    let currentNames = Set(current.map(\.name))
    for file in stored where !currentNames.contains(file.name) {
      result.append("\(file.name) is not used any more")
    }
    return result
  }
}
