import Training

extension Score {
    var labels: Int { self[count: "labels"] }
    var correct: Int { self[count: "correct"] }
}
