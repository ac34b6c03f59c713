import AEDAT
import EventData
import FileAccess
import FrameCache
import Safetensors
import SpikingNetwork
import Support
import SystemPackage
import TensorBoard
import Testing
import Train

@Suite("Causes of errors")
struct ErrorCauseTests {
  private let path: FilePath = "user01_led.aedat"

  /// The error of a recording with a truncated header.
  private let headerError: AEDATError

  init() {
    let text = Array("#!AER-DAT3.1\r\n#Format: RAW\r\n".utf8)
    do throws(AEDATError) {
      // Safe: any byte is valid.
      _ = try RecordingHeader(parsing: unsafe text.span.bytes)
      preconditionFailure("a truncated header was accepted")
    } catch {
      headerError = error
    }
  }

  @Test("a training's error leads to that of a corrupt recording, with its offset")
  func recording() {
    let error = TrainError(FrameCacheError(DataSetError(path, headerError)))
    #expect(error.code == .data && error.description == "\(path): \(headerError)")
    #expect(error.causes.count == 3)
    #expect((error.causes.last as? AEDATError)?.byteOffset == headerError.byteOffset)
    #expect(error.causes.last as? AEDATError == headerError)
  }

  @Test("every error of a file leads to the system's error")
  func file() {
    let file = FileError(path, "cannot be opened", .permissionDenied)
    let errors: [any CausedError] = [
      file, DataSetError(file), FrameCacheError(file),
      FrameCacheError(DataSetError(file)), TrainError(file),
      TrainError(FrameCacheError(file)), SafetensorsError(file), TensorBoardError(file),
    ]
    for error in errors {
      #expect(error.causes.last as? Errno == .permissionDenied, "\(type(of: error))")
      #expect("\(error)" == "\(path): cannot be opened: \(Errno.permissionDenied)")
    }
  }

  @Test("the error of a missing checkpoint leads to the system's error")
  func checkpoint() throws {
    let directory = try TemporaryDirectory()
    let error = try #require(throws: TrainError.self) {
      _ = try Checkpoint(reading: directory.file("missing"))
    }
    #expect(error.code == .checkpoint && error.causes.count == 3)
    #expect(error.causes.first is SafetensorsError)
    #expect(error.causes.last as? Errno == .noSuchFileOrDirectory)
  }

  @Test("a training's error leads to that of the engine")
  func engine() {
    let failure = EngineError("too little memory")
    #expect(TrainError(failure).causes.last as? EngineError == failure)
  }

  @Test("the cause is neither in the text nor compared")
  func comparison() {
    let file = FileError(path, "cannot be opened", .permissionDenied)
    let (frames, train) = (FrameCacheError(file), TrainError(file))
    #expect(frames == FrameCacheError(.file, path, "", file.detail))
    #expect(train == TrainError(.file, path, "", file.detail))
    #expect(SafetensorsError(file) == SafetensorsError(path, file.detail))
    #expect(TensorBoardError(file) == TensorBoardError(path, file.detail))
    #expect(
      DataSetError(path, headerError)
        == DataSetError(path, .byte(headerError.byteOffset), headerError.detail))
    #expect(frames != FrameCacheError(.source, path, "", file.detail))
    #expect(frames != FrameCacheError(.file, "", "", file.detail))
    #expect(frames != FrameCacheError(.file, path, "byte 1", file.detail))
    #expect(frames != FrameCacheError(.file, path, "", ""))
    #expect(train != TrainError(.data, path, "", file.detail))
    #expect(SafetensorsError(file) != SafetensorsError(path, tensor: "a", file.detail))
    #expect(TensorBoardError(file) != TensorBoardError(path, byteOffset: 1, file.detail))
  }

  @Test("a cancellation stays one in every module")
  func cancellation() {
    let first = DataSetError.cancelled(path)
    let second = FrameCacheError(first)
    let third = TrainError(second)
    #expect(first.isCancellation && second.isCancellation && third.isCancellation)
    #expect(third == .cancelled(path))
    #expect(third.causes.last as? DataSetError == first)
    let renamed = FrameCacheError.cancelled("cache.h5", cause: second)
    #expect(TrainError(renamed) == .cancelled("cache.h5"))
    #expect(renamed.causes.last as? DataSetError == first)
    for error: any Error in [first, second, third] { #expect("\(error)" == "\(path): stopped") }
    #expect("\(TrainError.cancelled())" == "stopped")
  }

  @Test("whether an error is a cancellation does not depend on its text")
  func text() {
    let cancellations: [any CancellableError] = [
      FrameCacheError(.cancelled, path, "", "given up"), TrainError(.cancelled, "", "", ""),
      TrainError(FrameCacheError(.cancelled, path, "", "given up")),
    ]
    for error in cancellations { #expect(error.isCancellation, "\(error)") }
    let defect = DataSetError(path, .whole, "stopped")
    #expect(defect != .cancelled(path))
    let defects: [any CancellableError] = [
      defect, DataSetError(FileError(path, "stopped")), FrameCacheError(defect),
      FrameCacheError(.content, path, "", "stopped"), TrainError(FrameCacheError(defect)),
      TrainError(EngineError("stopped")), TrainError(.file, path, "", "stopped"),
    ]
    for error in defects { #expect(!error.isCancellation, "\(error)") }
  }
}
