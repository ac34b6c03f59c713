internal import FileAccess
internal import IsolatedReading
internal import NIRFiles
internal import Safetensors
internal import SpikingNetwork
package import SystemPackage
package import Threads

/// Reading of a graph of NIR, an HDF5 file, in a process of its own.
package struct NIRReading: Sendable {
  /// The program and its first argument that call
  /// ``readerMain(_:timeStep:labels:memory:seconds:)``.
  package let reader: [String]
  /// The time step in seconds; `nil` for what the graph says.
  package let timeStep: Double?
  /// Decides whether to stop.
  package let observer: WorkObserver

  /// The key that marks weights of graphs that do not say what they are.
  static let assumptionKey = "dvstrain.assumed"

  /// Prepares to read graphs.
  package init(
    reader: [String], timeStep: Double? = nil, observer: WorkObserver = WorkObserver()
  ) {
    self.reader = reader
    self.timeStep = timeStep
    self.observer = observer
  }

  /// Whether a file is HDF5, as graphs of NIR are.
  package static func isGraph(_ path: FilePath) -> Bool { (try? FileKind(at: path)) == .hdf5 }

  /// The main function of the reading process: limits the process, and writes the graph's weights
  /// as safetensors.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - timeStep: The time step in seconds; `nil` for what the graph says.
  ///   - labels: The order of the labels, if the graph does not say.
  ///   - memory: The limit of memory in bytes.
  ///   - seconds: The limit of processor time in seconds.
  /// - Returns: The process's exit code.
  package static func readerMain(
    _ path: FilePath, timeStep: Double?, labels: LabelOrder?, memory: Int, seconds: Int
  ) -> Int32 {
    ReadingLimits(memoryByteCount: memory, processorSeconds: seconds, elapsedSeconds: 0).apply()
    do {
      // Of an element, several copies of eight bytes may be in memory.
      let graph = try NIRGraph(reading: path, maximumValueCount: memory / 64)
      let network = try NIRImport(graph, timeStep: timeStep, labels: labels)
      var metadata = network.record.texts
      if !network.saysItself {
        let perClass = network.record.settings.network.neuronsPerClass
        metadata[assumptionKey] =
          perClass == 1
          ? "one output neuron for each class" : "\(perClass) output neurons for each class"
      }
      let tensors = network.state.stateDict(
        of: network.record.settings.network, naming: .stepByStep)
      let target = try FileDescriptor.open(ReadingProcess.targetPath, .writeOnly)
      try target.closeAfter { try writeSafetensors(tensors, metadata: metadata, into: target) }
    } catch {
      ReadingAnswer.refused("\(error)").tell()
      return 1
    }
    ReadingAnswer.done.tell()
    return 0
  }

  /// Lets the process read a graph, and opens what it wrote with the reader of untrusted weights.
  ///
  /// - Parameters:
  ///   - path: The graph's file.
  ///   - labels: The order of the labels, if the graph does not say; `nil` for the data set's.
  /// - Returns: The file's tensors and metadata.
  func read(
    _ path: FilePath, labels: LabelOrder?
  ) throws(TrainError) -> (tensors: StateDict, texts: [String: String]) {
    do {
      let limits = ReadingLimits(fileByteCount: Int(try FileIdentity(of: path).byteCount))
      let copy = try MemoryFile(for: "weights of a graph")
      var options = limits.arguments
      if let timeStep { options += ["--dt", "\(timeStep)"] }
      if let labels { options += ["--labels", labels.rawValue] }
      let process = ReadingProcess(
        command: reader + options + ["--", path.string], elapsedSeconds: limits.elapsedSeconds,
        observer: observer)
      switch try process.run(writing: copy.path) {
      case .done: break
      case .cancelled: throw TrainError.cancelled(path)
      case .refused(let reason): throw TrainError(.checkpoint, path, "", reason)
      case .failed(let event):
        throw TrainError(
          .checkpoint, path, "",
          "the process that read it through libhdf5 \(event): the file is damaged or hostile")
      }
      let file = try SafetensorsFile(opening: copy.path)
      return (try file.stateDict(converting: true), file.metadata)
    } catch let error as TrainError {
      throw error
    } catch let error as FileError {
      throw TrainError(error)
    } catch let error as SafetensorsError {
      throw TrainError(.checkpoint, path, "", error.detail, cause: error)
    } catch {
      throw TrainError(
        .file, path, "", "the process that reads it cannot be started: \(error)", cause: error)
    }
  }
}
