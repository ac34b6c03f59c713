/// What a chart is drawn for.
package enum ChartDestination: Sendable {
  /// A file of its own, which contains its style sheet and background.
  case file
  /// A page that contains ``ChartStyle/pageStyleSheet``.
  case page

  /// The first characters of every chart in a file of its own, by which one is recognised.
  package static let fileStart = """
    <?xml version="1.0" encoding="UTF-8"?>
    <svg xmlns="http://www.w3.org/2000/svg" class="chart"
    """
}
