def pytest_configure(config):
    config.addinivalue_line("markers", "storm: many processes, killed at random (make storm-check)")
