package import Figures
internal import GestureDataSet

extension RecordingOverview {
  /// Some frames with captions, for a terminal: one for each label window, of its middle, with the
  /// time and the gesture; without label windows, frames at equal distances, with the time.
  ///
  /// - Parameter count: The maximum number of frames without label windows.
  package func captionedFrames(count: Int) -> [(frame: CountFrame, caption: String)] {
    SheetThumbnail.all(of: self, columnCount: count).map { thumbnail in
      let (width, height) = (film[0].width, film[0].height)
      // A label window that was not recorded has no frame.
      let frame =
        thumbnail.frame
        ?? CountFrame(
          width: width, height: height,
          counts: ArraySlice(repeating: 0, count: 2 * width * height))
      let name = thumbnail.gesture.map { " \($0.classNumber) \($0.name)" } ?? ""
      return (frame, (thumbnail.lines.last ?? "") + name)
    }
  }
}
