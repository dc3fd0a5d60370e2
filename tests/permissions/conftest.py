def pytest_configure(config):
    config.addinivalue_line("markers", "permissions: what no test used (make permissions)")
