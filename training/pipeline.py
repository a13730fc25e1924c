"""A training: its steps in turn, and each as a command of its own."""

from collections.abc import Callable, Mapping

from training import steps
from training.job import Job
from training.progress import Progress
from training.run_folder import MODEL

STEPS: Mapping[str, Callable[[Job], object]] = {
    "labels": steps.find_labels,
    "fetch": steps.fetch_data,
    "find": steps.fit_ink_finder,
    "fit": steps.fit_network,
    "calibrate": steps.calibrate_model,
    "evaluate": steps.evaluate_model,
    "baseline": steps.measure_baseline,
    "compare": steps.compare_models,
    "report": steps.write_report,
    "publish": steps.publish_model,
}


def run_steps(job: Job) -> None:
    """Do all steps of the job's kind in turn.

    A small training whose model is not good enough to be published has done what it is for: that is
    said, and no error is raised.
    """
    progress = Progress(job.kind.steps)
    for name in job.kind.steps:
        step = STEPS[name]
        summary = (step.__doc__ or "").partition("\n")[0].rstrip(".")
        progress.start(name, summary[:1].lower() + summary[1:])
        try:
            step(job)
        except steps.RefusedError as error:
            if not job.kind.is_trial:
                raise
            print(
                f"{error}\nThat is to be expected of a small training. Try its model on drawings of your "
                f"own: python -m training evaluate --model {job.run / MODEL} --drawings DIR"
            )
