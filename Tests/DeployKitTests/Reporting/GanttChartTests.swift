import DeployKit
import Testing

struct GanttChartTests {
    @Test func `a chart in Mermaid's words`() {
        let chart = GanttChart(
            "deploy v2; on bankflow-staging: #1",
            [
                GanttChart.Bar("start", in: "Before", start: .zero, duration: .milliseconds(1200)),
                GanttChart.Bar("gate", in: "Before", start: .milliseconds(1200), duration: .milliseconds(340)),
                GanttChart.Bar("cut-over", in: "Traffic", start: .milliseconds(1540), duration: .zero),
                GanttChart.Bar(
                    "watch", in: "Traffic", start: .milliseconds(1541), duration: .seconds(10), state: .failed),
                GanttChart.Bar(
                    "cut-over", in: "Taken back", start: .seconds(12), duration: .milliseconds(9), state: .undone),
            ])
        #expect(
            chart.mermaid == """
                gantt
                    title deploy v2  on bankflow-staging   1
                    dateFormat x
                    axisFormat %M:%S
                    todayMarker off
                    section Before
                    start 1.2 s :done, 0, 1200ms
                    gate 340 ms :done, 1200, 340ms
                    section Traffic
                    cut-over 0 ms :done, 1540, 1ms
                    watch 10 s :crit, 1541, 10000ms
                    section Taken back
                    cut-over 9 ms :active, 12000, 9ms

                """)
    }
}
