internal import AEDAT
public import EventData
internal import FileAccess
public import SystemPackage

/// The format of a recording, by its content.
///
/// - Parameters:
///   - bytes: The whole file.
///   - path: The file's name, for messages.
/// - Returns: `nil` if the content is none of the formats that are read, except that a file without
///   any mark may be one of an ATIS.
/// - Throws: ``EventData/DataSetError`` if it is marked as a format of which its header is
///   unusable.
public func recordingFormat(
  of bytes: RawSpan, _ path: FilePath
) throws(DataSetError) -> (any RecordingFormat)? {
  switch FileKind(of: bytes) {
  case .aedat(version: "3.1"): AEDATFormat()
  case .aedat(version: "2.0"): try AEDAT2Format(of: bytes, path)
  case .aedat(version: "4.0"): try AEDAT4Format(of: bytes, path)
  case .prophesee:
    if try PropheseeHeader(parsing: bytes, path).isOfDAT {
      DATFormat()
    } else {
      try EVTFormat(of: bytes, path)
    }
  case .eventText: try TextFormat(of: bytes, path)
  case .eventArrays:
    // An archive begins with PK.
    if bytes.littleEndian(UInt8.self, at: 0) == UInt8(ascii: "P") {
      try NumPyArchiveFormat(of: bytes, path)
    } else {
      try NumPyRecordsFormat(of: bytes, path)
    }
  default: nil
  }
}

/// Why a file of none of the formats cannot be read: what it is, or what it lacks of a recording.
///
/// - Parameters:
///   - bytes: The whole file.
///   - path: The file's name, for messages.
public func missingRecording(in bytes: RawSpan, _ path: FilePath) -> DataSetError {
  let kind = FileKind(of: bytes)
  do throws(DataSetError) {
    // Their readers name the arrays that are expected and found.
    if kind == .npz { _ = try NumPyArchiveFormat(of: bytes, path) }
    if kind == .npy { _ = try NumPyRecordsFormat(of: bytes, path) }
  } catch {
    return DataSetError(
      path, error.location,
      "\(error.detail); of a folder of frames, 'dvsprep import' makes a frame cache")
  }
  let detail = kind.inPlace(of: "a recording")
  return DataSetError(
    path, .whole, kind == .text ? "\(detail): \(FileKind.eventTextRule)" : detail)
}

/// Whether the first line of numbers in a text is an event: of the texts with four numbers a line,
/// some are tables of something else.
///
/// - Parameters:
///   - bytes: The whole file.
///   - path: The file's name, for messages.
public func isTextOfEvents(_ bytes: RawSpan, _ path: FilePath) -> Bool {
  do throws(DataSetError) {
    return try TextFormat(of: bytes, path).startsWithEvent(bytes, path)
  } catch { return false }
}
