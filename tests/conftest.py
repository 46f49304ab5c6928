"""What holds for every test: no time limit on an example, for a busy machine is no mistake of ours."""

from hypothesis import HealthCheck, settings

# Built upon whatever is in force, so that on a build machine examples stay the same from run to run.
settings.register_profile("house", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
