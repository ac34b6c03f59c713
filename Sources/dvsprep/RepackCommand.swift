import ArgumentParser
import CacheRepacking
internal import EventData
import FileAccess
import FrameCache
import SystemPackage
import Terminal
import ToolSupport

/// `dvsprep repack`.
struct RepackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repack",
    abstract: "Rewrite a cache that another program has stored or changed.",
    discussion: """
      dvsprep and dvstrain only read caches as dvsprep writes them. This command reads a \
      cache that h5py, h5repack or another program has written, through the HDF5 library in \
      a process of its own: with other chunks and filters, variable-length text, big-endian \
      numbers, or older HDF5 formats. The content is validated like that of any cache, and \
      the new cache appears once it is complete and has been read back. Attributes and \
      datasets that are not part of the format are not copied, and are listed.

      EXAMPLES
        dvsprep repack changed.h5 -o frames_number_16_split_by_number.h5
        dvsprep repack changed.h5 -o changed.h5 --force
      """)

  @Argument(help: "The cache.", completion: .file())
  var cache: String

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The new cache; with the name of the old one, replaces it.", valueName: "file"),
    completion: .file())
  var output: String

  @OptionGroup var threads: ThreadOptions

  @Flag(name: .long, help: "Replace any existing file of the new cache's name.")
  var force = false

  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let messages = outputOptions.messages
    try runWork(messages) { observer in
      let file = try OutputFile(FilePath(output), inputs: [], force: force)
      let repack = CacheRepack(
        FilePath(cache), to: file.path, replacesExisting: force,
        reader: ["/proc/self/exe", RepackReaderCommand.name],
        threadCount: threads.threadCount, observer: observer,
        onLeftOut: { [cache] names in
          messages.warn("\(cache): not copied, as not part of the format: \(plainText(names))")
        })
      let new = try repack.run()
      messages.clearProgress()
      if outputOptions.json {
        try printJSON(RepackJSON(new, input: cache))
      } else {
        printText(
          "\(file.path.plain): \(new.sampleCount(in: .train)) training and "
            + "\(new.sampleCount(in: .test)) test samples, T \(new.frameCount), "
            + "\(new.elementType.name), \(byteCountText(Double(new.byteCount)))")
      }
    }
  }
}

/// What `dvsprep repack --json` writes.
private struct RepackJSON: Encodable {
  let command = "repack"
  let input: String
  let cache: String
  let cacheBytes: Int
  let frames: Int
  let elementType: String
  let trainSamples: Int
  let testSamples: Int

  init(_ cache: FrameCache, input: String) {
    self.input = input
    self.cache = cache.path.string
    cacheBytes = cache.byteCount
    frames = cache.frameCount
    elementType = cache.elementType.name
    trainSamples = cache.sampleCount(in: .train)
    testSamples = cache.sampleCount(in: .test)
  }
}

/// `dvsprep repack-reader`: the process that reads for `dvsprep repack`.
struct RepackReaderCommand: ParsableCommand {
  static let name = "repack-reader"
  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Read a cache for 'dvsprep repack'.", shouldDisplay: false)

  @Argument(help: "The cache.")
  var cache: String

  @OptionGroup var limits: ReadingLimitOptions

  func run() throws {
    throw ExitCode(CacheRepack.readerMain(cache, memory: limits.memory, seconds: limits.seconds))
  }
}
