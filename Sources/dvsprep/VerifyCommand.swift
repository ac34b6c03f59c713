import ArgumentParser
internal import ClassFolders
internal import EventData
import FrameCache
internal import FrameConversion
import SystemPackage
import Terminal
internal import Threads
import ToolSupport

/// `dvsprep verify`.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every chunk, checksum, count and attribute of caches.",
    discussion: """
      With --source, the frames are also computed again from the recordings and compared.

      EXAMPLES
        dvsprep verify frames_number_16_split_by_number.h5
        dvsprep verify --source DvsGesture frames_number_16_split_by_number.h5
      """)

  @Argument(help: "The caches, or folders with one cache each.", completion: .file())
  var caches: [String]

  @Option(
    name: .long,
    help: ArgumentHelp("The data set from which the caches were converted.", valueName: "input"),
    completion: .file())
  var source: String?

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var outputOptions: OutputOptions

  /// Maximum number of defects shown; more would hide what they have in common.
  private static let shownDefectCount = 10

  func validate() throws {
    if caches.isEmpty { throw ValidationError("at least one cache expected") }
  }

  func run() throws {
    let messages = outputOptions.messages
    try runWork(messages) { observer in
      var isValid = true
      var warned: Set<String> = []
      for path in caches {
        let defects = try defects(of: path, observer)
        messages.clearProgress()
        for warning in defects.warnings where warned.insert(warning.description).inserted {
          messages.warn(warning.description)
        }
        for defect in defects.list.prefix(Self.shownDefectCount) {
          messages.fail(defect.description)
        }
        if defects.list.count > Self.shownDefectCount {
          messages.fail(
            "\(path): \(defects.list.count - Self.shownDefectCount) more defects "
              + "(--json lists all)")
        }
        isValid = isValid && defects.list.isEmpty
        try report(
          defects.cache?.path.string ?? path, defects.cache, defects.list, defects.warnings)
      }
      if !isValid { throw ExitCode(1) }
    }
  }

  private func defects(
    of path: String, _ observer: WorkObserver
  ) throws -> (cache: FrameCache?, list: [FrameCacheError], warnings: [DataSetWarning]) {
    do {
      let cache = try FrameCache(named: path)
      let verification = CacheVerification(
        cache, threadCount: threads.threadCount, observer: observer)
      guard let source else {
        return (cache, try verification.defects(), verification.overlapWarnings)
      }
      let dataSet = try DataSetKind.request(for: cache, at: FilePath(source))
        .open(isCancelled: observer.isCancelled)
      return (cache, try verification.defects(comparedWith: dataSet), dataSet.warnings)
    } catch let error as FrameCacheError where !error.isCancellation {
      return (nil, [error], [])
    } catch let error as DataSetError where !error.isCancellation {
      return (nil, [FrameCacheError(error)], [])
    }
  }

  private func shardText(_ cache: FrameCache) -> String {
    cache.isShard ? ", shard \(cache.settings.shard)" : ""
  }

  private func report(
    _ path: String, _ cache: FrameCache?, _ defects: [FrameCacheError],
    _ warnings: [DataSetWarning]
  ) throws {
    if outputOptions.json {
      try printJSON(
        VerificationJSON(
          cache: path, sound: defects.isEmpty, samples: cache?.samples.count,
          comparedWith: source, defects: defects.map(\.description),
          warnings: source == nil && warnings.isEmpty ? nil : warnings.map(\.description)))
    } else if defects.isEmpty, let cache {
      let compared = source.map { ", equal to the recordings of \(plainText($0))" } ?? ""
      printText(
        "\(plainText(path)): valid: \(cache.sampleCount(in: .train)) training and "
          + "\(cache.sampleCount(in: .test)) test samples\(shardText(cache)), every chunk "
          + "decoded\(compared)")
    }
  }
}

/// What `dvsprep verify --json` writes.
private struct VerificationJSON: Encodable {
  let command = "verify"
  let cache: String
  let sound: Bool
  let samples: Int?
  let comparedWith: String?
  let defects: [String]
  /// `nil` where there are none and no source.
  let warnings: [String]?
}
