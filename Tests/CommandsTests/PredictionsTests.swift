import Runs
import Testing
import Training

@testable import Commands

@Suite struct PredictionsTests {
    private static let predictions = [
        Prediction(path: "a.png", index: nil, probabilities: [0.125, 0.75, 0.125]),
        Prediction(path: "images", index: 12, probabilities: [1, 0, 0]),
    ]

    @Test func theMostProbableClassComesFirstAndTheSmallerOfEqualOnes() {
        #expect(Self.predictions[0].ranking == [1, 0, 2])
        #expect(Self.predictions.map(\.label) == [1, 0])
    }

    @Test func tableIsAligned() {
        #expect(
            Self.predictions.table == """
                image       class  probabilities
                a.png       1      1 0.7500  0 0.1250  2 0.1250
                images[12]  0      0 1.0000  1 0.0000  2 0.0000
                """)
    }

    @Test func classesAreCalledByTheirNames() {
        let predictions = [
            Prediction(path: "a.png", index: nil, probabilities: [0.25, 0.75], classNames: ["cat", "horse"])
        ]
        #expect(
            predictions.table == """
                image  class  probabilities
                a.png  horse  horse 0.7500  cat 0.2500
                """)
        #expect(predictions.json.text.contains(#""class":1,"class_name":"horse","probabilities""#))
    }

    @Test func ofManyClassesTheTenMostProbableAreShown() throws {
        let predictions = [
            Prediction(path: "a", index: nil, probabilities: (0..<47).map { Float($0) / 1081 })
        ]
        let line = try #require(predictions.table.split(separator: "\n").last)
        #expect(line.hasPrefix("a      46     46 0.0426  45 0.0416") && line.hasSuffix("37 0.0342"))
    }

    @Test func jsonIsOneObject() {
        #expect(
            Self.predictions.json.text
                == #"{"predictions":[{"file":"a.png","class":1,"probabilities":[0.125,0.75,0.125]},"#
                + #"{"file":"images","index":12,"class":0,"probabilities":[1.0,0.0,0.0]}]}"#)
    }
}
