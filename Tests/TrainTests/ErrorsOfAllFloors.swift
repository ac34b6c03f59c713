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

@Suite("Errors that pass from the recording up to the training")
struct ErrorsOfAllFloors {
  private let path: FilePath = "user01_led.aedat"

  /// What a recording is refused for whose header is cut.
  private let damage: AEDATError

  init() {
    let text = Array("#!AER-DAT3.1\r\n#Format: RAW\r\n".utf8)
    do throws(AEDATError) {
      // Safe: any byte is valid.
      _ = try RecordingHeader(parsing: unsafe text.span.bytes)
      preconditionFailure("a header without an end is read")
    } catch {
      damage = error
    }
  }

  @Test("a damaged recording's error is found behind that of the training, and tells its byte")
  func recording() {
    let error = TrainError(FrameCacheError(DataSetError(path, damage)))
    #expect(error.code == .data && error.description == "\(path): \(damage)")
    #expect(error.causes.count == 3)
    #expect((error.causes.last as? AEDATError)?.byteOffset == damage.byteOffset)
    #expect(error.causes.last as? AEDATError == damage)
  }

  @Test("the system's error is found behind every error of a file")
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

  @Test("a checkpoint that is missing leads to the system's error")
  func checkpoint() throws {
    let directory = try TemporaryDirectory()
    let error = try #require(throws: TrainError.self) {
      _ = try Checkpoint(reading: directory.file("missing"))
    }
    #expect(error.code == .checkpoint && error.causes.count == 3)
    #expect(error.causes.first is SafetensorsError)
    #expect(error.causes.last as? Errno == .noSuchFileOrDirectory)
  }

  @Test("an engine's failure is found behind that of the training")
  func engine() {
    let failure = EngineError("too little memory")
    #expect(TrainError(failure).causes.last as? EngineError == failure)
  }

  @Test("the cause is no part of the text, nor of what is compared")
  func comparison() {
    let file = FileError(path, "cannot be opened", .permissionDenied)
    let (frames, train) = (FrameCacheError(file), TrainError(file))
    #expect(frames == FrameCacheError(.file, path, "", file.detail))
    #expect(train == TrainError(.file, path, "", file.detail))
    #expect(SafetensorsError(file) == SafetensorsError(path, file.detail))
    #expect(TensorBoardError(file) == TensorBoardError(path, file.detail))
    #expect(
      DataSetError(path, damage)
        == DataSetError(path, .byte(damage.byteOffset), damage.detail))
    #expect(frames != FrameCacheError(.source, path, "", file.detail))
    #expect(frames != FrameCacheError(.file, "", "", file.detail))
    #expect(frames != FrameCacheError(.file, path, "byte 1", file.detail))
    #expect(frames != FrameCacheError(.file, path, "", ""))
    #expect(train != TrainError(.data, path, "", file.detail))
    #expect(SafetensorsError(file) != SafetensorsError(path, tensor: "a", file.detail))
    #expect(TensorBoardError(file) != TensorBoardError(path, byteOffset: 1, file.detail))
  }

  @Test("one who asked to stop is told so on every floor")
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

  @Test("whether one asked to stop depends on no text")
  func text() {
    let told: [any CancellableError] = [
      FrameCacheError(.cancelled, path, "", "given up"), TrainError(.cancelled, "", "", ""),
      TrainError(FrameCacheError(.cancelled, path, "", "given up")),
    ]
    for error in told { #expect(error.isCancellation, "\(error)") }
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
