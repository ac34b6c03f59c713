import ArgumentParser
import CacheInspection
import Figures
import FileAccess
import FrameCache
import SystemPackage
import Terminal
import ToolSupport

/// Shows one sample: metadata, frames in the terminal, and pictures as files.
struct SampleShow {
  private let options: PictureOptions
  private let messages: Messages
  private let json: Bool
  private let quiet: Bool
  private let picture: SamplePicture
  private let png: OutputFile?
  private let gif: OutputFile?

  /// Checks that all files can be written, then decodes the sample.
  init(
    _ cache: FrameCache, _ sample: SampleIndex, _ options: PictureOptions, _ messages: Messages,
    json: Bool, quiet: Bool
  ) throws {
    func output(_ name: String?) throws -> OutputFile? {
      try name.map {
        try OutputFile(FilePath($0), inputs: [cache.path], force: options.force)
      }
    }
    png = try output(options.png)
    gif = try output(options.gif)
    if options.play && !OutputTerminal.isPresent {
      throw FileError("stdout", "a terminal expected for --play; --gif writes an animation")
    }
    picture = try SamplePicture(
      sample, of: cache, colours: options.colours, scale: options.scale)
    self.options = options
    self.messages = messages
    self.json = json
    self.quiet = quiet
  }

  /// Draws the pictures that are to be written.
  ///
  /// - Returns: The report, which names them.
  func write(to files: OutputFiles) throws(FileError) -> SampleReport {
    var report = SampleReport(picture)
    if let png {
      try files.add(
        { () throws(FiguresError) in
          let sheet = try picture.contactSheet(zoom: options.zoom ?? picture.sheetZoom)
          let bytes = try sheet.raster().png()
          report.note(sheet, in: png.path, byteCount: bytes.count)
          return bytes
        }, as: png)
    }
    if let gif {
      try files.add(
        { () throws(FiguresError) in
          let animation = picture.animation(zoom: options.zoom ?? picture.animationZoom)
          let centiseconds = picture.centiseconds(speed: options.speed)
          let bytes = try animation.gif(centiseconds: centiseconds)
          report.note(animation, centiseconds, in: gif.path, byteCount: bytes.count)
          return bytes
        }, as: gif)
    }
    return report
  }

  /// Prints the report, and draws the frames in the terminal.
  func show(_ report: SampleReport) throws {
    if json {
      try report.printJSON()
    } else {
      printText(report.text)
      try draw()
    }
  }

  private func draw() throws {
    guard let colouring else { return }
    let size = OutputTerminal.size
    let shape = (width: picture.frames[0].width, height: picture.frames[0].height)
    let shown = options.play ? picture.playedFrames : picture.frames.indices
    let frames = TerminalFrames(
      Array(picture.frames[shown]),
      captions: shown.map { "\($0): \(picture.timeText(ofFrame: $0))" },
      options.play
        ? TerminalLayout(playing: shape, in: size)
        : TerminalLayout(
          sheetOf: shape, frameCount: shown.count, columnCount: options.columns,
          terminalWidth: size.columnCount),
      colours: picture.colours, colouring)
    guard options.play else { return print("\n" + frames.sheet) }
    print("")
    frames.play(
      milliseconds: shown.map { picture.shownMilliseconds(ofFrame: $0, speed: options.speed) })
    throw ExitCode(InterruptSignals.exitCode)
  }

  /// How to draw; `nil` to draw nothing.
  private var colouring: TerminalFrames.Colouring? {
    guard options.draw == .auto else { return options.draw.colouring }
    if quiet { return nil }
    if !OutputTerminal.isPresent && options.png == nil && options.gif == nil {
      messages.note(
        "stdout is not a terminal, so no frames are drawn: --draw plain, 256 or truecolor draws them, "
          + "--png and --gif write files")
    }
    return options.draw.colouring
  }
}
