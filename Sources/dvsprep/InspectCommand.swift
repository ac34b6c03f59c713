import ArgumentParser
import CacheInspection
import FileAccess
import FrameCache
import SystemPackage
import Terminal
import ToolSupport

/// `dvsprep inspect`.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show a cache's statistics and outliers, and its frames as pictures.",
    discussion: """
      Decodes all frames. Prints the settings; samples by class and by each attribute (for \
      DVS128 Gesture: subject and lighting); the distributions of events, times and counts; \
      hot pixels; samples with identical frames; and outliers within their class.

      With --sample, shows one sample instead: its metadata, and its frames in the terminal \
      or as files. SAMPLE is split:index, such as train:17, or split/label/name, such as \
      train/7/user01_led_1, as other commands print it; labels count from 0, and a class's name \
      may stand for its label.

      EXAMPLES
        dvsprep inspect frames_number_16_split_by_number.h5
        dvsprep inspect frames_number_16_split_by_number.h5 --by subject
        dvsprep inspect cache.h5 --sample train:17
        dvsprep inspect cache.h5 --sample train/arm_roll/user01_led_1 --play
        dvsprep inspect cache.h5 --sample test:3 --png sheet.png --gif sample.gif
        dvsprep inspect cache.h5 --html gallery.html
      """)

  @Argument(help: "The cache, or a folder with one cache.", completion: .file())
  var cache: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Group the samples only by class, or only by this attribute of the cache, and list all groups.",
      valueName: "class|attribute"))
  var by: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Show this sample only.", valueName: "sample"))
  var sample: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write a self-contained page of all samples instead of statistics; with --sample, of that sample with all its counts.",
      valueName: "file"),
    completion: .file())
  var html: String?

  @OptionGroup(title: "PICTURES OF A SAMPLE") var pictures: PictureOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    _ = try selector
    if sample == nil, let option = pictures.optionNeedingSample {
      throw ValidationError("\(option): --sample expected with it")
    }
    if let html, html == pictures.png || html == pictures.gif {
      throw ValidationError("--html: a file of its own expected, \(html) found twice")
    }
    if by != nil, sample != nil || html != nil {
      throw ValidationError("--by: not with \(sample != nil ? "--sample" : "--html")")
    }
    if pictures.play && outputOptions.json {
      throw ValidationError("--play: not with --json")
    }
  }

  private var selector: SampleSelector? {
    get throws {
      guard let sample else { return nil }
      guard let selector = SampleSelector(sample) else {
        throw ValidationError(
          "--sample: train:17, train/7/user01_led_1 or train/arm_roll/user01_led_1 expected, '\(sample)' found"
        )
      }
      return selector
    }
  }

  func run() throws {
    let messages = outputOptions.messages
    try runWork(messages) { observer in
      let cache = try FrameCache(named: cache)
      let grouping = try by.map { name throws(FrameCacheError) in try cache.grouping(named: name) }
      let sample = try selector.map { try $0.sample(of: cache) }
      // All output paths are checked before anything is written.
      let show = try sample.map { sample in
        try SampleShow(
          cache, sample, pictures, messages, json: outputOptions.json,
          quiet: outputOptions.quiet || html != nil)
      }
      let page = try html.map {
        try GalleryPage(FilePath($0), of: cache, sample: sample, force: pictures.force)
      }
      let files = OutputFiles()
      let pageReport = try page?.write(to: files, threads.threadCount, observer, messages)
      let sampleReport = try show?.write(to: files)
      try files.publish()
      if let pageReport {
        if outputOptions.json { try pageReport.printJSON() } else { printText(pageReport.text) }
      }
      if let show, let sampleReport {
        try show.show(sampleReport)
      } else if page == nil {
        let statistics = try CacheStatistics(
          of: cache, threadCount: threads.threadCount, observer: observer)
        messages.clearProgress()
        let report = CacheReport(statistics, by: grouping)
        if outputOptions.json { try report.printJSON() } else { printText(report.text) }
      }
    }
  }
}
